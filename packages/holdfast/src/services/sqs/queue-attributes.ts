import type { Queue } from "../../model/aws-resources.ts";
import type { QueueCounts } from "../../ports/queue-store.ts";
import { queueArn, type QueuePlace } from "./queue-address.ts";
import { sqsError } from "./sqs-error.ts";

/** What a queue was declared to be, in SQS's attributes. Times are seconds. */
export function declaredAttributes(queue: Queue, place: QueuePlace): Readonly<Record<string, string>> {
  const { deadLetter } = queue;
  return {
    VisibilityTimeout: seconds(queue.visibilityTimeoutMs),
    MaximumMessageSize: String(queue.maximumMessageBytes),
    MessageRetentionPeriod: seconds(queue.retentionMs),
    DelaySeconds: seconds(queue.delayMs),
    ReceiveMessageWaitTimeSeconds: seconds(queue.waitMs),
    SqsManagedSseEnabled: "true",
    ...(deadLetter !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(deadLetter.queue, place),
        maxReceiveCount: deadLetter.maximumReceives,
      }),
    }),
    ...(queue.policy !== undefined && { Policy: JSON.stringify(queue.policy.document) }),
    ...(queue.fifo && {
      FifoQueue: "true",
      ContentBasedDeduplication: String(queue.contentBasedDeduplication),
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    }),
  };
}

export function queueAttributes(
  queue: Queue,
  { visible, inFlight, delayed }: QueueCounts,
  place: QueuePlace,
  definedAtMs: number,
): Readonly<Record<string, string>> {
  return {
    QueueArn: queueArn(queue.name, place),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(definedAtMs),
    LastModifiedTimestamp: seconds(definedAtMs),
    ...declaredAttributes(queue, place),
  };
}

/** Those that this queue may have and does not. */
const absent: ReadonlySet<string> = new Set([
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]);

/** None asked for: none given. */
export function selectQueueAttributes(
  attributes: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.includes("All")) return attributes;
  const wanted = names.filter((name) => {
    if (Object.hasOwn(attributes, name)) return true;
    if (!absent.has(name)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    return false;
  });
  return Object.fromEntries(wanted.map((name) => [name, attributes[name] ?? ""]));
}

function seconds(timeMs: number): string {
  return String(Math.floor(timeMs / 1_000));
}
