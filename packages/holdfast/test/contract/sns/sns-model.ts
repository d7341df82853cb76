import AWS from "aws-sdk";

import type { AppModel, Queue } from "../../../src/model/app-model.ts";
import { sampleFunction, sampleModel } from "../../model/sample-model.ts";

export const arn = (name: string, service = "sns") => `arn:aws:${service}:eu-west-1:000000000000:${name}`;

const queue = (name: string): Queue => ({
  name,
  fifo: name.endsWith(".fifo"),
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 262_144,
  contentBasedDeduplication: false,
});

export const snsModel: AppModel = {
  ...sampleModel,
  functions: [sampleFunction({ name: "listen" }), sampleFunction({ name: "later" })],
  queues: ["jobs", "raw", "dead", "spare", "ordered.fifo"].map(queue),
  topics: [
    {
      name: "news",
      subscribers: [
        { function: "listen", filter: { policy: '{"kind":["a",{"prefix":"b"}]}', scope: "attributes" } },
        { queue: "jobs" },
        { queue: "raw", raw: true, filter: { policy: '{"size":[{"numeric":[">",1]}]}', scope: "body" } },
      ],
    },
    { name: "quiet", subscribers: [] },
    {
      name: "ordered.fifo",
      fifo: true,
      contentBasedDeduplication: true,
      subscribers: [{ queue: "ordered.fifo", raw: true }],
    },
  ],
};

export function snsClient(endpoint: string): AWS.SNS {
  return new AWS.SNS({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxRetries: 0,
  });
}
