import { expect, test } from "vitest";
import { toAwsTaskEvent } from "./aws-task-event.ts";
import type { TaskEvent } from "./gateway-event.ts";

const place = { region: "eu-west-1", accountId: "000000000000" };

function task(source: TaskEvent["source"], payload: unknown): unknown {
  return toAwsTaskEvent(
    { kind: "task", source, routeKey: source, requestId: "r1", requestTimeMs: 1_700_000_000_000, payload },
    place,
  );
}

test("a topic's message is SNS's event", () => {
  const message = { id: "m1", topic: "news", text: '{"a":1}', publishedAtMs: 1_700_000_000_000, attempt: 1 };
  expect(task("topic", { ...message, attributes: { colour: "red" } })).toMatchObject({
    Records: [
      {
        EventSource: "aws:sns",
        EventSubscriptionArn: expect.stringMatching(
          /^arn:aws:sns:eu-west-1:000000000000:news:[0-9a-f-]{36}$/,
        ),
        Sns: {
          MessageId: "m1",
          TopicArn: "arn:aws:sns:eu-west-1:000000000000:news",
          Subject: null,
          Message: '{"a":1}',
          Timestamp: "2023-11-14T22:13:20.000Z",
          MessageAttributes: { colour: { Type: "String", Value: "red" } },
        },
      },
    ],
  });
});

test("a topic's message says which subscription it comes by, and of what types its attributes are", () => {
  const message = { id: "m1", topic: "news", text: "x", publishedAtMs: 0, subscription: "s1" };
  const typed = {
    attributes: { size: "1", data: "AA==" },
    attributeTypes: { size: "Number", data: "Binary" },
  };
  expect(task("topic", { ...message, ...typed })).toMatchObject({
    Records: [
      {
        EventSubscriptionArn: "arn:aws:sns:eu-west-1:000000000000:news:s1",
        Sns: {
          UnsubscribeUrl: expect.stringMatching(/:news:s1$/),
          MessageAttributes: {
            size: { Type: "Number", Value: "1" },
            data: { Type: "Binary", Value: "AA==" },
          },
        },
      },
    ],
  });
});

test("an object that was put is S3's event, its key written as in a form", () => {
  const facts = { key: "a b/ü+.txt", sizeBytes: 3, contentType: "text/plain", etag: "e", modifiedAtMs: 1 };
  expect(task("bucket", { kind: "put", bucket: "files", key: "a b/ü+.txt", facts })).toMatchObject({
    Records: [
      {
        eventSource: "aws:s3",
        awsRegion: "eu-west-1",
        eventName: "ObjectCreated:Put",
        eventTime: "1970-01-01T00:00:00.001Z",
        s3: {
          bucket: { name: "files", arn: "arn:aws:s3:::files" },
          object: { key: "a+b/%C3%BC%2B.txt", size: 3, eTag: "e" },
        },
      },
    ],
  });
});

test("how an object came to be is its event's name, and its changes have an order", () => {
  const nameOf = (how: string) => {
    const event = task("bucket", { kind: "put", bucket: "files", key: "a", how, sequencer: "00A1" });
    const { Records } = event as {
      Records: [{ eventName: string; s3: { object: { sequencer: string } } }];
    };
    return [Records[0].eventName, Records[0].s3.object.sequencer];
  };
  expect(["put", "copy", "multipart"].map(nameOf)).toEqual([
    ["ObjectCreated:Put", "00A1"],
    ["ObjectCreated:Copy", "00A1"],
    ["ObjectCreated:CompleteMultipartUpload", "00A1"],
  ]);
});

test("an object that was deleted has no size", () => {
  const event = task("bucket", { kind: "delete", bucket: "files", key: "a" }) as {
    Records: [{ eventName: string; s3: { object: object } }];
  };
  expect(event.Records[0].eventName).toBe("ObjectRemoved:Delete");
  expect(Object.keys(event.Records[0].s3.object)).toEqual(["key", "sequencer"]);
});

test("a time that came is EventBridge's event, or the schedule's own input", () => {
  const due = { schedule: "hourly", scheduledAtMs: 1_700_000_000_123 };
  expect(task("schedule", due)).toEqual({
    version: "0",
    id: "r1",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    time: "2023-11-14T22:13:20Z",
    region: "eu-west-1",
    resources: ["arn:aws:events:eu-west-1:000000000000:rule/hourly"],
    detail: {},
  });
  expect(task("schedule", { ...due, input: { job: "clean" } })).toEqual({ job: "clean" });
  expect(task("schedule", { ...due, input: null })).toBeNull();
});

test("a call is its payload", () => {
  for (const payload of [{ a: 1 }, "text", [1], undefined]) expect(task("call", payload)).toEqual(payload);
});
