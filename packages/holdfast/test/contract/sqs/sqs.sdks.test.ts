import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import AWS from "aws-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startSqsServer, type SqsServer } from "./sqs-server.ts";

const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };

let server: SqsServer;
const url = (name: string): string => `${server.endpoint}/000000000000/${name}`;

beforeEach(async () => {
  server = await startSqsServer();
});

afterEach(() => server.close());

describe("SDK v3", () => {
  let client: SQSClient;

  beforeEach(() => {
    client = new SQSClient({ endpoint: server.endpoint, region: "us-east-1", credentials });
  });

  afterEach(() => client.destroy());

  it("sends, receives and deletes, and takes the checksums for right", async () => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    expect(QueueUrl).toBe(url("jobs"));
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "✓" },
      raw: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
    };
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "höi\r\n", MessageAttributes }),
    );
    const { Messages: [message] = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "höi\r\n",
      MessageAttributes,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { SenderId: "AKIATEST", ApproximateReceiveCount: "1" },
    });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(await server.store.counts("jobs")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("waits for a message that comes later", async () => {
    const receiving = client.send(new ReceiveMessageCommand({ QueueUrl: url("jobs"), WaitTimeSeconds: 20 }));
    await client.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "x" }));
    expect(await receiving).toMatchObject({ Messages: [{ Body: "x" }] });
  });

  it("is told of each of a batch what became of it", async () => {
    const { Successful, Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url("small"),
        Entries: [
          { Id: "fits", MessageBody: "x" },
          { Id: "large", MessageBody: "x".repeat(1_025) },
          { Id: "fits-too", MessageBody: "y", DelaySeconds: 900 },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["fits", "fits-too"]);
    expect(Failed).toMatchObject([{ Id: "large", SenderFault: true, Code: "InvalidParameterValue" }]);
    expect(await server.store.counts("small")).toMatchObject({ visible: 1, delayed: 1 });
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url("small"),
        Entries: [{ Id: "a", ReceiptHandle: "nonsense" }],
      }),
    );
    expect(deleted.Failed).toMatchObject([{ Id: "a", Code: "ReceiptHandleIsInvalid" }]);
  });

  it("refuses a batch that is too long altogether", async () => {
    const Entries = ["a", "b", "c", "d", "e"].map((Id) => ({ Id, MessageBody: "x".repeat(220_000) }));
    await expect(
      client.send(new SendMessageBatchCommand({ QueueUrl: url("jobs"), Entries })),
    ).rejects.toMatchObject({
      name: "BatchRequestTooLong",
      message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1100000 bytes.",
    });
  });

  it("makes its errors of ours", async () => {
    const missing = client.send(new SendMessageCommand({ QueueUrl: url("missing"), MessageBody: "x" }));
    await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(missing).rejects.toMatchObject({
      message: "The specified queue does not exist.",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      Type: "Sender",
    });
    const elsewhere = new ReceiveMessageCommand({ QueueUrl: `${server.endpoint}/111111111111/jobs` });
    await expect(client.send(elsewhere)).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it("finds queues that are there already when it makes them, and is refused new ones, and their end", async () => {
    const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
      client.send(new CreateQueueCommand({ QueueName, Attributes }));
    const RedrivePolicy =
      '{ "maxReceiveCount": "2", "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead" }';
    expect(await create("jobs", { VisibilityTimeout: "30", RedrivePolicy })).toMatchObject({
      QueueUrl: url("jobs"),
    });
    await expect(create("jobs", { VisibilityTimeout: "31" })).rejects.toMatchObject({
      name: "QueueNameExists",
    });
    const unsupported = { name: "UnsupportedOperation" };
    await expect(create("new")).rejects.toMatchObject(unsupported);
    await expect(client.send(new DeleteQueueCommand({ QueueUrl: url("jobs") }))).rejects.toMatchObject(
      unsupported,
    );
    const Attributes = { DelaySeconds: "1" };
    await expect(
      client.send(new SetQueueAttributesCommand({ QueueUrl: url("jobs"), Attributes })),
    ).rejects.toMatchObject(unsupported);
  });
});

describe("SDK v2", () => {
  it("sends, receives and verifies, and names errors as it always did", async () => {
    const client = new AWS.SQS({ endpoint: server.endpoint, region: "us-east-1", credentials });
    const QueueUrl = url("jobs.fifo");
    const body = "höi\r\n<✓>";
    const sent = await client.sendMessage({ QueueUrl, MessageBody: body, MessageGroupId: "g" }).promise();
    const { Messages: [message] = [] } = await client
      .receiveMessage({ QueueUrl, AttributeNames: ["All"] })
      .promise();
    expect(message).toMatchObject({
      Body: body,
      Attributes: { MessageGroupId: "g", SequenceNumber: sent.SequenceNumber },
    });
    await client.deleteMessage({ QueueUrl, ReceiptHandle: message?.ReceiptHandle ?? "" }).promise();
    expect((await client.receiveMessage({ QueueUrl }).promise()).Messages).toEqual([]);
    await expect(client.getQueueUrl({ QueueName: "missing" }).promise()).rejects.toMatchObject({
      code: "AWS.SimpleQueueService.NonExistentQueue",
      statusCode: 400,
    });
  });
});

describe("the query protocol", () => {
  it("takes the queue from the path, and the call from the URL or a form", async () => {
    const answer = await fetch(`${url("jobs")}?Action=SendMessage&MessageBody=a%26b&Version=2012-11-05`);
    expect(answer.headers.get("content-type")).toBe("text/xml");
    expect(await answer.text()).toMatch(
      /^<SendMessageResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/">\s*<SendMessageResult>\s*<MD5OfMessageBody>/,
    );
    const received = await fetch(url("jobs"), {
      method: "POST",
      body: new URLSearchParams({ Action: "ReceiveMessage", AttributeName: "ApproximateReceiveCount" }),
    });
    expect(await received.text()).toMatch(
      /<Message>[^]*<Body>a&amp;b<\/Body>[^]*<Attribute>\s*<Name>ApproximateReceiveCount<\/Name>\s*<Value>1<\/Value>/,
    );
  });

  it("has its own codes for errors", async () => {
    const answer = await fetch(`${url("missing")}?Action=PurgeQueue`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
    const purged = await fetch(`${url("jobs")}?Action=PurgeQueue`);
    expect(await purged.text()).not.toContain("PurgeQueueResult");
  });
});
