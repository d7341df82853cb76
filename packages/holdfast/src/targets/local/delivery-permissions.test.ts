import { describe, expect, it } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import type { AppModel } from "../../model/app-model.ts";
import { DeliveryPermissions, type Delivery } from "./delivery-permissions.ts";

const jobs = "arn:aws:sqs:us-east-1:000000000000:jobs";
const news = "arn:aws:sns:us-east-1:000000000000:news";
const photos = "arn:aws:s3:::photos";

const topicToQueue: Delivery = { from: { kind: "topic", name: "news" }, to: { kind: "queue", name: "jobs" } };
const bucketToQueue: Delivery = { from: { kind: "bucket", name: "photos" }, to: topicToQueue.to };
const bucketToTopic: Delivery = { from: bucketToQueue.from, to: { kind: "topic", name: "news" } };

interface Policies {
  readonly queue?: readonly object[];
  readonly topic?: readonly object[];
}

function defined({ queue, topic }: Policies) {
  const policy = (Statement: readonly object[] | undefined) =>
    Statement && { policy: { name: "Own", document: { Version: "2012-10-17", Statement } } };
  const model = {
    queues: [
      { name: "jobs", ...policy(queue) },
      { name: "dead", ...policy([]) },
    ],
    topics: [{ name: "news", subscribers: [{ queue: "jobs", deadLetterQueue: "dead" }], ...policy(topic) }],
    buckets: [
      {
        name: "photos",
        notifications: [
          { on: "put", queue: "jobs" },
          { on: "delete", queue: "jobs" },
          { on: "put", topic: "news" },
        ],
        retain: false,
      },
    ],
  } as unknown as AppModel;
  const log = memoryLog();
  const permissions = new DeliveryPermissions({
    region: "us-east-1",
    accountId: "000000000000",
    clock: systemClock,
    log,
  });
  permissions.define(model);
  return { permissions, log };
}

const send = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: jobs,
};
const fromNews = { Condition: { ArnEquals: { "aws:SourceArn": news } } };
const fromPhotos = {
  Principal: { Service: "s3.amazonaws.com" },
  Condition: { ArnLike: { "aws:SourceArn": photos }, StringEquals: { "aws:SourceAccount": "000000000000" } },
};

describe("what a topic or a bucket brings to a queue or a topic", () => {
  it.each<[string, Policies, Delivery, boolean]>([
    ["a policy of nobody's", {}, topicToQueue, false],
    ["a statement for SNS", { queue: [send] }, topicToQueue, true],
    ["a statement for SNS and this topic", { queue: [{ ...send, ...fromNews }] }, topicToQueue, true],
    ["one as SAM writes it", { queue: [{ ...send, ...fromNews, Principal: "*" }] }, topicToQueue, true],
    [
      "a statement for another topic",
      { queue: [{ ...send, Condition: { ArnEquals: { "aws:SourceArn": `${news}-2` } } }] },
      topicToQueue,
      false,
    ],
    ["a statement for S3", { queue: [{ ...send, ...fromPhotos }] }, topicToQueue, false],
    ["a statement for S3", { queue: [{ ...send, ...fromPhotos }] }, bucketToQueue, true],
    [
      "a statement for the account",
      { queue: [{ ...send, Principal: { AWS: "000000000000" } }] },
      topicToQueue,
      false,
    ],
    ["a denial", { queue: [send, { ...send, Effect: "Deny", Principal: "*" }] }, topicToQueue, false],
    [
      "a denial of what comes without TLS",
      {
        queue: [
          send,
          {
            ...send,
            Effect: "Deny",
            Principal: "*",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
      topicToQueue,
      true,
    ],
    [
      "a condition on the organisation",
      { queue: [{ ...send, Condition: { StringEquals: { "aws:SourceOrgID": "o-1" } } }] },
      topicToQueue,
      false,
    ],
    [
      "a policy that cannot be used",
      { queue: [{ ...send, Principal: { Robot: "*" } }] },
      topicToQueue,
      false,
    ],
    ["none of the topic's", {}, bucketToTopic, false],
    [
      "a statement of the topic's",
      { topic: [{ ...send, ...fromPhotos, Action: "sns:Publish", Resource: news }] },
      bucketToTopic,
      true,
    ],
  ])("by %s (%j)", (_name, policies, delivery, permitted) => {
    expect(defined(policies).permissions.permits(delivery)).toBe(permitted);
  });

  it("is left to whoever looks for it where it is not there", () => {
    const { permissions } = defined({});
    expect(permissions.permits({ ...topicToQueue, to: { kind: "queue", name: "none" } })).toBe(true);
  });

  it("and is refused is warned of once, with the statement that lets it in", () => {
    const { permissions, log } = defined({
      topic: [{ ...send, ...fromPhotos, Action: "sns:Publish", Resource: news }],
    });
    permissions.permits(topicToQueue);
    expect(log.entries.map(({ event, fields }) => [event, fields?.message])).toEqual([
      ["iam.delivery-refused", "The queue jobs gets nothing from the topic news: it has no policy"],
      [
        "iam.delivery-refused",
        "The queue dead gets nothing from the topic news: its policy does not allow it",
      ],
      ["iam.delivery-refused", "The queue jobs gets nothing from the bucket photos: it has no policy"],
    ]);
    expect(log.entries[0]?.fields?.hint).toBe(
      `Add to its AWS::SQS::QueuePolicy: ${JSON.stringify({ ...send, ...fromNews })}. --no-iam allows everything.`,
    );
  });

  it("is let in with the statement that is suggested", () => {
    const { log } = defined({});
    const hint = String(
      log.entries.find(({ fields }) => String(fields?.message).includes("topic news gets"))?.fields?.hint,
    );
    const [statement = ""] = /\{.*\}/.exec(hint) ?? [];
    const { permissions } = defined({ topic: [JSON.parse(statement) as object] });
    expect(permissions.permits(bucketToTopic)).toBe(true);
  });
});
