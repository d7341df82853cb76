import type { Queue } from "../../../model/aws-resources.ts";
import type { ReceiptOutcome, VisibilityChange } from "../../../ports/queue-store.ts";
import type { AwsServiceError } from "../../aws-service-error.ts";
import type { Operation, OperationInput, OperationOutput } from "../../service-face.ts";
import { batchOutput, readBatch, type EntryOutcome } from "../batch.ts";
import { optionalWhole, requiredText } from "../members.ts";
import { invalidValue, missingParameter, sqsError } from "../sqs-error.ts";
import { queueOf, type SqsSurroundings } from "../surroundings.ts";

/** Messages that somebody has received: done with, or out for longer. */
export function receiptOperations(around: SqsSurroundings): Readonly<Record<string, Operation>> {
  const { queues } = around;
  return {
    async DeleteMessage(input) {
      const queue = queueOf(around, input);
      const handle = requiredText(input, "ReceiptHandle");
      const [outcome] = await queues.delete(queue.name, [handle]);
      return settled(deleteFault(queue, handle, outcome));
    },

    async DeleteMessageBatch(input) {
      const queue = queueOf(around, input);
      const entries = readBatch(input, "DeleteMessageBatchRequestEntry", (entry) =>
        requiredText(entry, "ReceiptHandle"),
      );
      return settleBatch(
        entries,
        (handles) => queues.delete(queue.name, handles),
        (handle, outcome) => deleteFault(queue, handle, outcome),
      );
    },

    async ChangeMessageVisibility(input) {
      const queue = queueOf(around, input);
      const change = readChange(input);
      const [outcome] = await queues.changeVisibility(queue.name, [change]);
      return settled(changeFault(change, outcome));
    },

    async ChangeMessageVisibilityBatch(input) {
      const queue = queueOf(around, input);
      const entries = readBatch(input, "ChangeMessageVisibilityBatchRequestEntry", readChange);
      return settleBatch(entries, (changes) => queues.changeVisibility(queue.name, changes), changeFault);
    },
  };
}

function settled(fault: AwsServiceError | undefined): OperationOutput {
  if (fault !== undefined) throw fault;
  return {};
}

async function settleBatch<Value>(
  entries: readonly EntryOutcome<Value>[],
  settle: (values: readonly Value[]) => Promise<readonly ReceiptOutcome[]>,
  faultOf: (value: Value, outcome: ReceiptOutcome | undefined) => AwsServiceError | undefined,
): Promise<OperationOutput> {
  const fit = entries.flatMap((one) => ("value" in one ? [one] : []));
  const outcomes = await settle(fit.map(({ value }) => value));
  const byId = new Map(fit.map(({ id }, at) => [id, outcomes[at]]));
  return batchOutput(
    entries.map((one) => {
      const error = "error" in one ? one.error : faultOf(one.value, byId.get(one.id));
      return error === undefined ? { id: one.id, value: {} } : { id: one.id, error };
    }),
  );
}

function readChange(input: OperationInput): VisibilityChange {
  const handle = requiredText(input, "ReceiptHandle");
  const reason = "Must be between 0 and 43200, if provided.";
  const seconds = optionalWhole(input, "VisibilityTimeout", { from: 0, to: 43_200, reason });
  if (seconds === undefined) throw missingParameter("VisibilityTimeout");
  return { handle, visibilityTimeoutMs: seconds * 1_000 };
}

/** An older receipt deletes nothing, and that is no fault (documented), save in FIFO queues. */
function deleteFault(
  queue: Queue,
  handle: string,
  outcome: ReceiptOutcome | undefined,
): AwsServiceError | undefined {
  if (outcome === "unknown") return unknownHandle(handle);
  if (outcome !== "expired" || !queue.fifo) return undefined;
  return invalidValue("ReceiptHandle", handle, "The receipt handle has expired.");
}

/** Documented is MessageNotInflight; what users see is this. */
function changeFault(
  { handle }: VisibilityChange,
  outcome: ReceiptOutcome | undefined,
): AwsServiceError | undefined {
  if (outcome === "unknown") return unknownHandle(handle);
  if (outcome === "done") return undefined;
  const reason = "Message does not exist or is not available for visibility timeout change.";
  return invalidValue("ReceiptHandle", handle, reason);
}

function unknownHandle(handle: string): AwsServiceError {
  return sqsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}
