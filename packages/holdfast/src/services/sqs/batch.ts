import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput, OperationOutput } from "../service-face.ts";
import { optionalText, recordList } from "./members.ts";
import { queryCodeOf, sqsError } from "./sqs-error.ts";

const maximumEntries = 10;

/** What is done with an entry by itself: a value, or why it fails. */
export type EntryOutcome<Value> =
  | { readonly id: string; readonly value: Value }
  | { readonly id: string; readonly error: AwsServiceError };

/** Reads the entries of a batch, each by itself. Throws for what is wrong with all of them. */
export function readBatch<Value>(
  input: OperationInput,
  entryName: string,
  read: (entry: OperationInput) => Value,
): readonly EntryOutcome<Value>[] {
  const entries = recordList(input, "Entries");
  checkNumber(entries.length, entryName);
  const ids = entries.map((entry) => optionalText(entry, "Id") ?? "");
  checkIds(ids);
  return entries.map((entry, at) => {
    const id = ids[at] ?? "";
    try {
      return { id, value: read(entry) };
    } catch (error) {
      if (error instanceof AwsServiceError) return { id, error };
      throw error;
    }
  });
}

export function batchOutput(outcomes: readonly EntryOutcome<OperationOutput>[]): OperationOutput {
  const failed = outcomes.flatMap((one) => ("error" in one ? [failedEntry(one.id, one.error)] : []));
  return {
    Successful: outcomes.flatMap((one) => ("value" in one ? [{ Id: one.id, ...one.value }] : [])),
    ...(failed.length > 0 && { Failed: failed }),
  };
}

function failedEntry(Id: string, { code, message }: AwsServiceError): OperationOutput {
  return { Id, SenderFault: true, Code: queryCodeOf(code), Message: message };
}

function checkNumber(count: number, entryName: string): void {
  if (count === 0)
    throw sqsError("EmptyBatchRequest", `There should be at least one ${entryName} in the request.`);
  if (count > maximumEntries) {
    throw sqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${maximumEntries}. You have sent ${count}.`,
    );
  }
}

function checkIds(ids: readonly string[]): void {
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw sqsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  const repeated = ids.find((id, at) => ids.indexOf(id) !== at);
  if (repeated !== undefined) throw sqsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
}
