import type { AwsCaller } from "../../../ports/aws-services.ts";
import type { Operation } from "../../service-face.ts";
import { batchOutput, readBatch } from "../batch.ts";
import { readMessage, sentOutput } from "../message-input.ts";
import { sqsError } from "../sqs-error.ts";
import { queueOf, type SqsSurroundings } from "../surroundings.ts";

/** Of all messages of a batch together (documented since 2025). */
const maximumBatchBytes = 1_048_576;

export function sendOperations(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  return {
    async SendMessage(input, { caller }) {
      const queue = queueOf(around, input);
      const read = readMessage(queue, input, senderOf(caller));
      const [sent] = await around.queues.send(queue.name, [read.message]);
      return sent === undefined ? {} : sentOutput(read, sent);
    },

    async SendMessageBatch(input, { caller }) {
      const queue = queueOf(around, input);
      const outcomes = readBatch(input, "SendMessageBatchRequestEntry", (entry) =>
        readMessage(queue, entry, senderOf(caller)),
      );
      const fit = outcomes.flatMap((one) => ("value" in one ? [one.value] : []));
      checkTogether(fit.reduce((sum, { bytes }) => sum + bytes, 0));
      const messages = fit.map(({ message }) => message);
      const sent = messages.length === 0 ? [] : await around.queues.send(queue.name, messages);
      const byMessage = new Map(sent.map((one, at) => [fit[at], one]));
      return batchOutput(
        outcomes.map((one) => {
          if ("error" in one) return one;
          const stored = byMessage.get(one.value);
          return { id: one.id, value: stored === undefined ? {} : sentOutput(one.value, stored) };
        }),
      );
    },
  };
}

/** A function is its role at work, as AWS's ids of callers tell; whoever else signs is a user. */
function senderOf(caller: AwsCaller): string {
  if (caller.function !== undefined) return `AROAHOLDFAST000000000:${caller.function}`;
  return caller.accessKeyId ?? "holdfast";
}

function checkTogether(bytes: number): void {
  if (bytes <= maximumBatchBytes) return;
  throw sqsError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${maximumBatchBytes} bytes. You have sent ${bytes} bytes.`,
  );
}
