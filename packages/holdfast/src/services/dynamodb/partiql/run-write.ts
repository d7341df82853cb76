import { ConditionFailedError } from "../../../base/errors.ts";
import type { WriteResult } from "../../../model/table-request.ts";
import type { OperationInput } from "../../service-face.ts";
import { conditionFailedWith, wantsItemOnFailure, writeFailure } from "../operations/write-failure.ts";
import type { Surroundings } from "../surroundings.ts";
import { duplicateItem } from "./statement-error.ts";
import type { PlannedWrite } from "./to-write.ts";

/** One write by itself. `input` says whether the item goes with the error when the condition fails. */
export async function runWrite(
  { tables }: Surroundings,
  { table, write }: PlannedWrite,
  input: OperationInput,
): Promise<WriteResult> {
  const wantsItem = wantsItemOnFailure(input);
  try {
    const [result] = await tables.write([write]);
    return result ?? {};
  } catch (error) {
    const conditionFailed = error instanceof ConditionFailedError;
    if (conditionFailed && write.kind === "put") throw duplicateItem();
    if (conditionFailed && wantsItem) throw await conditionFailedWith(tables, table, write);
    throw writeFailure(write, error);
  }
}
