import { ConditionFailedError, HoldfastError } from "../../../base/errors.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { keyNames, pickAttributes } from "../../../model/table-key.ts";
import type { WriteResult } from "../../../model/table-request.ts";
import { AwsServiceError } from "../../aws-service-error.ts";
import type { OperationInput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem } from "../item-json.ts";
import { wordIn } from "../members.ts";
import { fromStore, toServiceError } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { duplicateItem } from "./statement-error.ts";
import type { PlannedWrite } from "./to-write.ts";

/** One write by itself. `input` says whether the item goes with the error when the condition fails. */
export async function runWrite(
  surroundings: Surroundings,
  planned: PlannedWrite,
  input: OperationInput,
): Promise<WriteResult> {
  const returnsItem = returnsItemIn(input);
  try {
    const [result] = await surroundings.tables.write([planned.write]);
    return result ?? {};
  } catch (error) {
    if (error instanceof ConditionFailedError) throw await refusalOf(surroundings, planned, returnsItem);
    throw writeError(planned, error);
  }
}

export function returnsItemIn(input: OperationInput): boolean {
  return wordIn(input, "ReturnValuesOnConditionCheckFailure", ["ALL_OLD", "NONE"]) === "ALL_OLD";
}

/** What the store threw of a write, in DynamoDB's words. */
export function writeError({ write }: PlannedWrite, error: unknown): AwsServiceError {
  if (write.kind === "update" && error instanceof HoldfastError && error.code === "ITEM_TOO_LARGE")
    return validationError("Item size to update has exceeded the maximum allowed size");
  return toServiceError(error);
}

/** The item is read after the write failed: another's write may have come between. */
async function refusalOf(
  { tables }: Surroundings,
  planned: PlannedWrite,
  returnsItem: boolean,
): Promise<AwsServiceError> {
  if (planned.write.kind === "put") return duplicateItem();
  const found = returnsItem
    ? await fromStore(() => tables.get(planned.table.name, keyOf(planned)))
    : undefined;
  const details = found === undefined ? {} : { Item: writeItem(found) };
  return new AwsServiceError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    details,
  );
}

/** Of the item that is written. */
export function keyOf({ table, write }: PlannedWrite): Item {
  return pickAttributes(write.kind === "put" ? write.item : write.key, keyNames(table));
}
