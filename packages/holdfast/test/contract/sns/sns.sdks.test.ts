import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type AWS from "aws-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { toAwsTaskEvent } from "../../../src/model/aws-task-event.ts";
import { hasBoto3 } from "../../setup/python.ts";
import { arn, snsClient, snsModel } from "./sns-model.ts";
import { serveSns, snsPlace, type SnsServer } from "./sns-server.ts";

let server: SnsServer;
let sns: AWS.SNS;

beforeEach(async () => {
  server = await serveSns(snsModel);
  sns = snsClient(server.endpoint);
});

afterEach(() => server.close());

const received = async (name: string) => {
  const messages = await server.queues.receive(name, { maximum: 10, waitMs: 0 });
  await server.queues.delete(
    name,
    messages.map(({ handle }) => handle),
  );
  return messages;
};
const nextOf = async <T>(arrivals: AsyncIterator<T>): Promise<T> => (await arrivals.next()).value as T;

test("a message reaches functions as SNS's event, queues in an envelope or raw, as filters say", async () => {
  const { MessageId } = await sns
    .publish({
      TopicArn: arn("news"),
      Message: '{"size":2}',
      Subject: "hi",
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "bee" },
        data: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
      },
    })
    .promise();
  expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
  const attributes = {
    kind: { Type: "String", Value: "bee" },
    data: { Type: "Binary", Value: "AP8=" },
  };
  const [enveloped] = await received("jobs");
  expect(JSON.parse(enveloped?.body ?? "")).toEqual({
    Type: "Notification",
    MessageId,
    TopicArn: arn("news"),
    Subject: "hi",
    Message: '{"size":2}',
    Timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    SignatureVersion: "1",
    Signature: "",
    SigningCertURL: expect.stringContaining("https://sns.eu-west-1.amazonaws.com/"),
    UnsubscribeURL: expect.stringContaining(`Action=Unsubscribe&SubscriptionArn=${arn("news")}:`),
    MessageAttributes: attributes,
  });
  expect(enveloped?.attributes).toBeUndefined();
  expect(await received("raw")).toMatchObject([
    {
      body: '{"size":2}',
      attributes: { kind: { type: "String", value: "bee" }, data: { type: "Binary", value: "AP8=" } },
    },
  ]);
  const { function: name, payload } = await nextOf(server.events);
  expect(name).toBe("listen");
  const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn: arn("news") }).promise();
  const own = Subscriptions.find(({ Protocol }) => Protocol === "lambda");
  const event = {
    kind: "task",
    source: "topic",
    routeKey: "",
    requestId: "",
    requestTimeMs: 0,
    payload,
  } as const;
  expect(toAwsTaskEvent(event, snsPlace)).toMatchObject({
    Records: [
      {
        EventSource: "aws:sns",
        EventSubscriptionArn: own?.SubscriptionArn,
        Sns: { MessageId, Subject: "hi", Message: '{"size":2}', MessageAttributes: attributes },
      },
    ],
  });

  await sns.publish({ TopicArn: arn("news"), Message: "no filter fits" }).promise();
  expect(await received("raw")).toEqual([]);
  expect(await received("jobs")).toHaveLength(1);
});

test("each protocol gets a text of its own", async () => {
  const Message = JSON.stringify({ default: "d", sqs: "for queues", lambda: "for functions" });
  await sns
    .publish({
      TopicArn: arn("news"),
      Message,
      MessageStructure: "json",
      MessageAttributes: { kind: { DataType: "String", StringValue: "a" } },
    })
    .promise();
  const [enveloped] = await received("jobs");
  expect(JSON.parse(enveloped?.body ?? "")).toMatchObject({ Message: "for queues" });
  expect((await nextOf(server.events)).payload).toMatchObject({ text: "for functions" });
});

test("a batch says what became of each message", async () => {
  const { Successful, Failed } = await sns
    .publishBatch({
      TopicArn: arn("news"),
      PublishBatchRequestEntries: [
        { Id: "one", Message: "1" },
        { Id: "two", Message: "" },
      ],
    })
    .promise();
  expect(Successful).toMatchObject([{ Id: "one", MessageId: expect.any(String) }]);
  expect(Failed).toMatchObject([{ Id: "two", Code: "InvalidParameter", SenderFault: true }]);
  expect(await received("jobs")).toHaveLength(1);
});

test("a FIFO topic takes a message once, with its group, and gives it a number", async () => {
  const publish = (Message: string, MessageDeduplicationId?: string) =>
    sns
      .publish({
        TopicArn: arn("ordered.fifo"),
        Message,
        MessageGroupId: "g",
        ...(MessageDeduplicationId !== undefined && { MessageDeduplicationId }),
      })
      .promise();
  const first = await publish("a");
  expect(await publish("a")).toMatchObject({
    MessageId: first.MessageId,
    SequenceNumber: first.SequenceNumber,
  });
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  await publish("b", "x");
  await publish("c", "x");
  expect(await received("ordered.fifo")).toMatchObject([
    { body: "a", groupId: "g" },
    { body: "b", deduplicationId: "x" },
  ]);
});

test("a URL confirms its subscription, gets messages, and no more once it is gone", async () => {
  const Endpoint = `${server.endpoint}/hook`;
  const subscribed = await sns
    .subscribe({ TopicArn: arn("quiet"), Protocol: "http", Endpoint, ReturnSubscriptionArn: true })
    .promise();
  const SubscriptionArn = subscribed.SubscriptionArn ?? "";
  const asked = await nextOf(server.posts);
  expect(asked.headers).toMatchObject({
    "x-amz-sns-message-type": "SubscriptionConfirmation",
    "x-amz-sns-topic-arn": arn("quiet"),
    "content-type": "text/plain; charset=UTF-8",
  });
  const confirmation = JSON.parse(asked.body) as { Type: string; Token: string; SubscribeURL: string };
  expect(confirmation.Type).toBe("SubscriptionConfirmation");
  const pending = await sns.getSubscriptionAttributes({ SubscriptionArn }).promise();
  expect(pending.Attributes).toMatchObject({ PendingConfirmation: "true", Protocol: "http", Endpoint });
  await sns.publish({ TopicArn: arn("quiet"), Message: "too early" }).promise();

  expect((await fetch(confirmation.SubscribeURL)).status).toBe(200);
  const { MessageId } = await sns.publish({ TopicArn: arn("quiet"), Message: "now" }).promise();
  const post = await nextOf(server.posts);
  expect(post.headers).toMatchObject({
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": MessageId,
    "x-amz-sns-subscription-arn": SubscriptionArn,
  });
  expect(JSON.parse(post.body)).toMatchObject({ Type: "Notification", Message: "now" });

  await sns
    .setSubscriptionAttributes({
      SubscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "true",
    })
    .promise();
  await sns.publish({ TopicArn: arn("quiet"), Message: "plain" }).promise();
  expect(await nextOf(server.posts)).toMatchObject({
    body: "plain",
    headers: { "x-amz-sns-rawdelivery": "true" },
  });

  await sns.unsubscribe({ SubscriptionArn }).promise();
  await expect(sns.getSubscriptionAttributes({ SubscriptionArn }).promise()).rejects.toMatchObject({
    code: "NotFound",
    statusCode: 404,
    message: "Subscription does not exist",
  });
});

test("what a URL refuses goes to the dead letters", async () => {
  const { SubscriptionArn = "" } = await sns
    .subscribe({
      TopicArn: arn("quiet"),
      Protocol: "http",
      Endpoint: `${server.endpoint}/hook/refuses`,
      ReturnSubscriptionArn: true,
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("dead", "sqs") }),
      },
    })
    .promise();
  const { Token } = JSON.parse((await nextOf(server.posts)).body) as { Token: string };
  expect(await sns.confirmSubscription({ TopicArn: arn("quiet"), Token }).promise()).toMatchObject({
    SubscriptionArn,
  });
  await sns.publish({ TopicArn: arn("quiet"), Message: "lost" }).promise();
  const [dead] = await server.queues.receive("dead", { maximum: 1, waitMs: 20_000 });
  expect(JSON.parse(dead?.body ?? "")).toMatchObject({ Message: "lost" });
  expect(dead?.attributes).toMatchObject({ ErrorMessage: { value: expect.stringContaining("404") } });
});

test("a queue subscribes at run time, once, and gets what its filter lets through", async () => {
  const subscription = {
    TopicArn: arn("quiet"),
    Protocol: "sqs",
    Endpoint: arn("spare", "sqs"),
    Attributes: { FilterPolicy: '{"kind":["a"]}', RawMessageDelivery: "true" },
  };
  const first = await sns.subscribe(subscription).promise();
  expect(await sns.subscribe(subscription).promise()).toMatchObject({
    SubscriptionArn: first.SubscriptionArn,
  });
  await expect(sns.subscribe({ ...subscription, Attributes: {} }).promise()).rejects.toMatchObject({
    message: expect.stringContaining("already exists with different attributes"),
  });
  const publish = (StringValue: string) =>
    sns
      .publish({
        TopicArn: arn("quiet"),
        Message: StringValue,
        MessageAttributes: { kind: { DataType: "String", StringValue } },
      })
      .promise();
  await publish("a");
  await publish("b");
  expect(await received("spare")).toMatchObject([{ body: "a" }]);
});

test("topics and subscriptions are listed", async () => {
  const { Topics } = await sns.listTopics().promise();
  expect(Topics).toEqual(["news", "ordered.fifo", "quiet"].map((name) => ({ TopicArn: arn(name) })));
  const { Subscriptions } = await sns.listSubscriptions().promise();
  expect(Subscriptions).toHaveLength(4);
  const { Attributes } = await sns.getTopicAttributes({ TopicArn: arn("ordered.fifo") }).promise();
  expect(Attributes).toMatchObject({
    TopicArn: arn("ordered.fifo"),
    FifoTopic: "true",
    SubscriptionsConfirmed: "1",
  });
  expect(await sns.createTopic({ Name: "news" }).promise()).toMatchObject({ TopicArn: arn("news") });
  expect((await sns.listTagsForResource({ ResourceArn: arn("news") }).promise()).Tags).toEqual([]);
});

test("boto3 publishes, subscribes and understands errors", async (context) => {
  if (!hasBoto3()) return context.skip("python3 has no boto3");
  const { stdout } = await promisify(execFile)("python3", [
    join(import.meta.dirname, "sns-boto3.py"),
    server.endpoint,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    topics: [arn("news"), arn("ordered.fifo"), arn("quiet")],
    failed: ["two"],
    protocols: ["sqs"],
    filter: { kind: ["a"] },
    missing: ["NotFoundException", "Topic does not exist"],
    invalid: "InvalidParameterException",
  });
  expect(
    (await received("jobs")).map(({ body }) => (JSON.parse(body) as { Message: string }).Message),
  ).toEqual(["plain", "1"]);
  expect(await received("spare")).toMatchObject([{ body: "filtered" }]);
});
