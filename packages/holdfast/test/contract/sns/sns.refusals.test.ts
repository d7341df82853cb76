import type AWS from "aws-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";

import { arn, snsClient, snsModel } from "./sns-model.ts";
import { serveSns, type SnsServer } from "./sns-server.ts";

let server: SnsServer;
let sns: AWS.SNS;

beforeAll(async () => {
  server = await serveSns(snsModel);
  sns = snsClient(server.endpoint);
});

afterAll(() => server.close());

test.each<[string, () => AWS.Request<unknown, AWS.AWSError>, string, string]>([
  [
    "no topic",
    () => sns.publish({ TopicArn: arn("none"), Message: "x" }),
    "NotFound",
    "Topic does not exist",
  ],
  [
    "no ARN",
    () => sns.publish({ TopicArn: "news", Message: "x" }),
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
  ],
  [
    "a phone",
    () => sns.publish({ PhoneNumber: "+4912345", Message: "x" }),
    "InvalidParameter",
    "Invalid parameter: PhoneNumber Reason: no messages are sent to phones here",
  ],
  [
    "nothing",
    () => sns.publish({ TopicArn: arn("news"), Message: "" }),
    "InvalidParameter",
    "Invalid parameter: Empty message",
  ],
  [
    "too much",
    () => sns.publish({ TopicArn: arn("news"), Message: "x".repeat(262_145) }),
    "InvalidParameter",
    "Invalid parameter: Message too long",
  ],
  [
    "no default",
    () => sns.publish({ TopicArn: arn("news"), Message: "{}", MessageStructure: "json" }),
    "InvalidParameter",
    "Invalid parameter: Message Structure - No default entry in JSON message body",
  ],
  [
    "no group",
    () => sns.publish({ TopicArn: arn("ordered.fifo"), Message: "x" }),
    "InvalidParameter",
    "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
  ],
  [
    "an attribute of no type",
    () =>
      sns.publish({
        TopicArn: arn("news"),
        Message: "x",
        MessageAttributes: { a: { DataType: "Text", StringValue: "b" } },
      }),
    "ParameterValueInvalid",
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    "a filter that is none",
    () =>
      sns.subscribe({
        TopicArn: arn("quiet"),
        Protocol: "sqs",
        Endpoint: arn("spare", "sqs"),
        Attributes: { FilterPolicy: '{"a":"b"}' },
      }),
    "InvalidParameter",
    "Invalid parameter: FilterPolicy: The pattern at a has to be an object",
  ],
  [
    "a queue that is not there",
    () => sns.subscribe({ TopicArn: arn("quiet"), Protocol: "sqs", Endpoint: arn("none", "sqs") }),
    "InvalidParameter",
    "Invalid parameter: SQS endpoint ARN",
  ],
  [
    "mail",
    () => sns.subscribe({ TopicArn: arn("quiet"), Protocol: "email", Endpoint: "a@example.com" }),
    "InvalidParameter",
    "Invalid parameter: Does not support this protocol string: email",
  ],
  [
    "an empty batch",
    () => sns.publishBatch({ TopicArn: arn("news"), PublishBatchRequestEntries: [] }),
    "EmptyBatchRequest",
    "The batch request doesn't contain any entries.",
  ],
])("%s is refused as SNS does", async (_what, request, code, message) => {
  await expect(request().promise()).rejects.toMatchObject({ code, message });
});
