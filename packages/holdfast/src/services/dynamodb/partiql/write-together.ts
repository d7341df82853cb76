import { HoldfastError } from "../../../base/errors.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { evaluateCondition } from "../../../model/condition.ts";
import { checkItemSize } from "../../../model/item-size.ts";
import type { WriteResult } from "../../../model/table-request.ts";
import { applyUpdate } from "../../../model/update.ts";
import { writeItem } from "../item-json.ts";
import { fromStore, toServiceError } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { cancelled, noReason, type CancellationReason } from "../operations/cancellation.ts";
import { keyOfWrite, writeFailure } from "../operations/write-failure.ts";
import { duplicateItemMessage } from "./statement-error.ts";
import type { PlannedWrite } from "./to-write.ts";

/**
 * All of the writes or none. `returnsItem` says of each whether its item goes with the reason when its condition fails.
 * Throws `TransactionCanceledException`, with a reason for each write.
 */
export async function writeTogether(
  surroundings: Surroundings,
  writes: readonly PlannedWrite[],
  returnsItem: readonly boolean[],
): Promise<readonly WriteResult[]> {
  try {
    return await surroundings.tables.write(writes.map(({ write }) => write));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw toServiceError(error);
    const failedAt = "index" in error ? Number(error.index) : undefined;
    const items = await readItems(surroundings, writes);
    const reasons = writes.map((planned, at) => {
      const reason = reasonOf(planned, items[at], at === failedAt);
      const item =
        returnsItem[at] === true && reason.Code === "ConditionalCheckFailed" ? items[at] : undefined;
      return item === undefined ? reason : { ...reason, Item: writeItem(item) };
    });
    throw reasons.some(({ Code }) => Code !== "None") ? cancelled(reasons) : toServiceError(error);
  }
}

/**
 * DynamoDB tells of each write why it failed, the store of the first only: the others are judged by what the items are
 * now, when another's write may have come between.
 */
function readItems(
  { tables }: Surroundings,
  writes: readonly PlannedWrite[],
): Promise<readonly (Item | undefined)[]> {
  return fromStore(() =>
    Promise.all(writes.map((one) => tables.get(one.table.name, keyOfWrite(one.table, one.write)))),
  );
}

function reasonOf(planned: PlannedWrite, item: Item | undefined, hasFailed: boolean): CancellationReason {
  const { write } = planned;
  const fails = write.condition !== undefined && !evaluateCondition(write.condition, item);
  if (hasFailed || fails)
    return write.kind === "put"
      ? { Code: "DuplicateItem", Message: duplicateItemMessage }
      : { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
  try {
    if (write.kind === "update") checkItemSize(applyUpdate(item, write.key, write.actions) ?? {});
    return noReason;
  } catch (error) {
    return { Code: "ValidationError", Message: writeFailure(write, error).message };
  }
}
