import { expect, it } from "vitest";
import { resourceSet } from "../../../../test/cloudformation/resource-set.ts";
import { readQueues } from "./queues.ts";

it("queues have SQS's defaults, and what their properties say", () => {
  const { set, draft, diagnostics } = resourceSet({
    Dead: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true, ContentBasedDeduplication: "true" } },
    Jobs: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "jobs",
        VisibilityTimeout: "60",
        DelaySeconds: 5,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": "Dead.Arn" }, maxReceiveCount: 3 },
      },
    },
  });
  readQueues(set, draft);
  expect(diagnostics).toEqual([]);
  const usual = { retentionMs: 345_600_000, waitMs: 0, maximumMessageBytes: 1_048_576 };
  expect(draft.queues).toEqual([
    {
      ...usual,
      name: "Dead.fifo",
      fifo: true,
      visibilityTimeoutMs: 30_000,
      delayMs: 0,
      contentBasedDeduplication: true,
    },
    {
      ...usual,
      name: "jobs",
      fifo: false,
      visibilityTimeoutMs: 60_000,
      delayMs: 5000,
      contentBasedDeduplication: false,
      deadLetter: { queue: "Dead.fifo", maximumReceives: 3 },
    },
  ]);
});

it("what SQS would refuse is reported where it is", () => {
  const { set, draft, diagnostics } = resourceSet({
    Jobs: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "jobs",
        FifoQueue: true,
        DelaySeconds: 901,
        RedrivePolicy: { maxReceiveCount: 0 },
      },
    },
    Elsewhere: {
      Type: "AWS::SQS::Queue",
      Properties: { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:x","maxReceiveCount":1}' },
    },
  });
  readQueues(set, draft);
  expect(diagnostics.map(({ severity, path }) => `${severity} ${path.replace("Resources/", "")}`)).toEqual([
    "error Jobs/Properties/RedrivePolicy/deadLetterTargetArn",
    "error Jobs/Properties/RedrivePolicy/maxReceiveCount",
    "error Jobs/Properties/QueueName",
    "error Jobs/Properties/DelaySeconds",
    "warning Elsewhere/Properties/RedrivePolicy/deadLetterTargetArn",
  ]);
});
