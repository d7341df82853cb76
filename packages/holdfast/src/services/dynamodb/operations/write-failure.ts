import { HoldfastError } from "../../../base/errors.ts";
import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { keyNames, pickAttributes } from "../../../model/table-key.ts";
import type { Write } from "../../../model/table-request.ts";
import { AwsServiceError } from "../../aws-service-error.ts";
import type { OperationInput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem } from "../item-json.ts";
import { wordIn } from "../members.ts";
import { fromStore, toServiceError } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";

/** Whether the item goes with the error when the condition fails. */
export function wantsItemOnFailure(input: OperationInput): boolean {
  return wordIn(input, "ReturnValuesOnConditionCheckFailure", ["ALL_OLD", "NONE"]) === "ALL_OLD";
}

/** The key of the item that is written. */
export function keyOfWrite(table: Table, write: Write): Item {
  return pickAttributes(write.kind === "put" ? write.item : write.key, keyNames(table));
}

/** What the store threw of a write, in DynamoDB's words. */
export function writeFailure(write: Write, error: unknown): AwsServiceError {
  if (write.kind === "update" && error instanceof HoldfastError && error.code === "ITEM_TOO_LARGE")
    return validationError("Item size to update has exceeded the maximum allowed size");
  return toServiceError(error);
}

/** The item is read after the write failed: another's write may have come between. */
export async function conditionFailedWith(
  tables: Surroundings["tables"],
  table: Table,
  write: Write,
): Promise<AwsServiceError> {
  const found = await fromStore(() => tables.get(table.name, keyOfWrite(table, write)));
  const details = found === undefined ? {} : { Item: writeItem(found) };
  return new AwsServiceError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    details,
  );
}
