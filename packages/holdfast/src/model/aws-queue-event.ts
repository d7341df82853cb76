import {
  isBinary,
  md5OfAttributes,
  md5OfBody,
  systemAttributesOf,
  type QueuedMessage,
  type SummedAttribute,
} from "./queue-message.ts";

/** Where the queue is. */
export interface QueueSource {
  readonly queue: string;
  readonly region: string;
  readonly accountId: string;
}

/** A record of what Lambda hands to a function that a queue feeds (documented, key by key). */
export type QueueRecord = Readonly<Record<string, unknown>> & {
  readonly messageId: string;
  readonly body: string;
};

export function toAwsQueueRecord(message: QueuedMessage, source: QueueSource): QueueRecord {
  const { attributes = {} } = message;
  const arnOf = (queue: string): string => `arn:aws:sqs:${source.region}:${source.accountId}:${queue}`;
  return {
    messageId: message.id,
    receiptHandle: message.handle,
    body: message.body,
    attributes: systemAttributesOf(message, arnOf),
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, one]) => [name, toRecordAttribute(one)]),
    ),
    ...(Object.keys(attributes).length > 0 && { md5OfMessageAttributes: md5OfAttributes(attributes) }),
    md5OfBody: md5OfBody(message.body),
    eventSource: "aws:sqs",
    eventSourceARN: arnOf(source.queue),
    awsRegion: source.region,
  };
}

/** The lists are always there and always empty: SQS has none yet. */
function toRecordAttribute(attribute: SummedAttribute): Readonly<Record<string, unknown>> {
  const { type: dataType, value } = attribute;
  return {
    [isBinary(attribute) ? "binaryValue" : "stringValue"]: value,
    stringListValues: [],
    binaryListValues: [],
    dataType,
  };
}
