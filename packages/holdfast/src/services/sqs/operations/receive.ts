import { md5OfBody, systemAttributesOf } from "../../../model/queue-message.ts";
import type { ReceivedMessage } from "../../../ports/queue-store.ts";
import type { Operation, OperationOutput } from "../../service-face.ts";
import { optionalWhole, textList } from "../members.ts";
import { attributesChecksum, selectAttributes, writeAttributes } from "../message-attributes.ts";
import { queueArn, type QueuePlace } from "../queue-address.ts";
import { sqsError } from "../sqs-error.ts";
import { queueOf, type SqsSurroundings } from "../surroundings.ts";

export function receiveOperations(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  return {
    async ReceiveMessage(input) {
      const queue = queueOf(around, input);
      const system = [
        ...textList(input, "AttributeNames"),
        ...textList(input, "MessageSystemAttributeNames"),
      ];
      checkSystemNames(system);
      const wanted = textList(input, "MessageAttributeNames");
      const seconds = optionalWhole(input, "WaitTimeSeconds", {
        from: 0,
        to: 20,
        reason: "Must be >= 0 and <= 20, if provided.",
      });
      const visibility = optionalWhole(input, "VisibilityTimeout", {
        from: 0,
        to: 43_200,
        reason: "Must be >= 0 and <= 43200, if provided.",
      });
      const maximum = optionalWhole(input, "MaxNumberOfMessages", {
        from: 1,
        to: 10,
        reason: "Must be between 1 and 10, if provided.",
      });
      const request = {
        maximum: maximum ?? 1,
        waitMs: seconds === undefined ? queue.waitMs : seconds * 1_000,
        ...(visibility !== undefined && { visibilityTimeoutMs: visibility * 1_000 }),
      };
      const received = await around.queues.receive(queue.name, request, around.signal);
      // Without any there is no such member (seen by users).
      if (received.length === 0) return {};
      return { Messages: received.map((one) => receivedOutput(one, system, wanted, around.place)) };
    },
  };
}

function receivedOutput(
  message: ReceivedMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
  place: QueuePlace,
): OperationOutput {
  const all = systemAttributesOf(message, (name) => queueArn(name, place));
  const isWanted = ([name]: readonly [string, string]): boolean =>
    systemNames.includes("All") || systemNames.includes(name);
  const system = Object.entries(all).filter(isWanted);
  const own = selectAttributes(message.attributes ?? {}, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...attributesChecksum("MD5OfMessageAttributes", own),
    ...(Object.keys(own).length > 0 && { MessageAttributes: writeAttributes(own) }),
  };
}

const systemNames: ReadonlySet<string> = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "SequenceNumber",
  "MessageDeduplicationId",
  "MessageGroupId",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
]);

function checkSystemNames(names: readonly string[]): void {
  const unknown = names.find((name) => !systemNames.has(name));
  if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
}
