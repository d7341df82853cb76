import type { Queue } from "../../model/aws-resources.ts";
import { md5OfBody, messageBytes } from "../../model/queue-message.ts";
import type { NewMessage, SentMessage } from "../../ports/queue-store.ts";
import type { OperationInput, OperationOutput } from "../service-face.ts";
import { optionalText, optionalWhole, requiredText } from "./members.ts";
import {
  attributesChecksum,
  readMessageAttributes,
  readSystemAttributes,
  type MessageAttributes,
} from "./message-attributes.ts";
import { invalidParameter, invalidValue, missingParameter, sqsError } from "./sqs-error.ts";

/** A message that its queue takes. */
export interface ReadMessage {
  readonly message: NewMessage;
  readonly bytes: number;
  readonly systemAttributes: MessageAttributes;
}

export function readMessage(queue: Queue, input: OperationInput, senderId: string): ReadMessage {
  const body = requiredText(input, "MessageBody");
  checkCharacters(body);
  const attributes = readMessageAttributes(input);
  const systemAttributes = readSystemAttributes(input);
  const traceHeader = systemAttributes.AWSTraceHeader?.value;
  const message: NewMessage = {
    body,
    senderId,
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...readDelay(queue, input),
    ...readIds(queue, input),
  };
  const bytes = messageBytes(message);
  if (bytes > queue.maximumMessageBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`,
    );
  }
  return { message, bytes, systemAttributes };
}

export function sentOutput({ message, systemAttributes }: ReadMessage, sent: SentMessage): OperationOutput {
  return {
    MD5OfMessageBody: md5OfBody(message.body),
    ...attributesChecksum("MD5OfMessageAttributes", message.attributes ?? {}),
    ...attributesChecksum("MD5OfMessageSystemAttributes", systemAttributes),
    MessageId: sent.id,
    ...(sent.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
  };
}

// oxlint-disable-next-line no-control-regex -- These are what it looks for.
const unspeakable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** What XML cannot hold (documented). */
function checkCharacters(body: string): void {
  if (body.isWellFormed() && !unspeakable.test(body)) return;
  throw sqsError(
    "InvalidMessageContents",
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  );
}

const notOfThisType = "The request include parameter that is not valid for this queue type";

/** Whole queues are delayed where they are FIFO; that a message is not, may be said. */
function readDelay(queue: Queue, input: OperationInput): { readonly delayMs?: number } {
  const reason = "DelaySeconds must be >= 0 and <= 900.";
  const seconds = optionalWhole(input, "DelaySeconds", { from: 0, to: 900, reason });
  if (seconds === undefined || (queue.fifo && seconds === 0)) return {};
  if (queue.fifo) throw invalidValue("DelaySeconds", seconds, notOfThisType);
  return { delayMs: seconds * 1_000 };
}

function readIds(queue: Queue, input: OperationInput): Pick<NewMessage, "groupId" | "deduplicationId"> {
  const groupId = readId(input, "MessageGroupId");
  const deduplicationId = readId(input, "MessageDeduplicationId");
  if (queue.fifo && groupId === undefined) throw missingParameter("MessageGroupId");
  if (queue.fifo && deduplicationId === undefined && !queue.contentBasedDeduplication) {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  if (!queue.fifo && deduplicationId !== undefined)
    throw invalidValue("MessageDeduplicationId", deduplicationId, notOfThisType);
  return {
    ...(groupId !== undefined && { groupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
  };
}

function readId(input: OperationInput, name: string): string | undefined {
  const id = optionalText(input, name);
  if (id === undefined || /^[!-~]{1,128}$/.test(id)) return id;
  throw invalidValue(
    name,
    id,
    `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
  );
}
