import { HoldfastError } from "../../../base/errors.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { evaluateCondition } from "../../../model/condition.ts";
import { checkItemSize } from "../../../model/item-size.ts";
import type { WriteResult } from "../../../model/table-request.ts";
import { applyUpdate } from "../../../model/update.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { addUnits, capacityDetailIn, describeCapacity, unitsOfWrite } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { writeItem } from "../item-json.ts";
import { recordsIn, requireList } from "../members.ts";
import { fromStore, toServiceError } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { onceByToken } from "./once-by-token.ts";
import { cancelled, noReason, type CancellationReason } from "./cancellation.ts";
import { readTransactWrite, type TransactWrite } from "./transact-write.ts";
import { keyOfWrite, writeFailure } from "./write-failure.ts";

const maximumWrites = 100;

/** All or nothing; with a `ClientRequestToken` once only, however often it is sent within ten minutes. */
export async function transactWriteItems(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  return onceByToken(surroundings, input, ["TransactWriteItems", input.TransactItems], () =>
    run(surroundings, input),
  );
}

async function run(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const items = recordsIn(requireList(input, "TransactItems"));
  if (items.length === 0 || items.length > maximumWrites)
    throw validationError(
      `1 validation error detected: Value '[${items.length} items]' at 'transactItems' failed to satisfy constraint: Member must have length ${items.length === 0 ? "greater than or equal to 1" : `less than or equal to ${maximumWrites}`}`,
    );
  const detail = capacityDetailIn(input);
  const writes = items.map((item) => readTransactWrite(surroundings, item));
  const faults = writes.map(({ fault }): CancellationReason => fault ?? noReason);
  if (faults.some(({ Code }) => Code !== "None")) throw cancelled(faults);
  const results = await writeAll(surroundings, writes);
  if (detail === "NONE") return {};
  const capacities = [...new Set(writes.map(({ table }) => table))].map((table) => {
    const units = results.flatMap((result, at) =>
      writes[at]?.table === table ? [unitsOfWrite(table, result)] : [],
    );
    return describeCapacity(detail, table, addUnits(units, 2), "WriteCapacityUnits");
  });
  return { ConsumedCapacity: capacities };
}

async function writeAll(
  surroundings: Surroundings,
  writes: readonly TransactWrite[],
): Promise<readonly WriteResult[]> {
  try {
    return await surroundings.tables.write(writes.map(({ write }) => write));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw toServiceError(error);
    const failedAt = "index" in error ? Number(error.index) : undefined;
    const reasons = await reasonsOf(surroundings, writes, failedAt);
    throw reasons.some(({ Code }) => Code !== "None") ? cancelled(reasons) : toServiceError(error);
  }
}

/**
 * DynamoDB tells of each write why it failed, the store of the first only: the others are judged by what the items are
 * now, when another's write may have come between.
 */
async function reasonsOf(
  { tables }: Surroundings,
  writes: readonly TransactWrite[],
  failedAt: number | undefined,
): Promise<readonly CancellationReason[]> {
  const items = await fromStore(() =>
    Promise.all(writes.map(({ table, write }) => tables.get(table.name, keyOfWrite(table, write)))),
  );
  return writes.map((one, at) => reasonOf(one, items[at], at === failedAt));
}

function reasonOf(
  { write, returnsItem }: TransactWrite,
  item: Item | undefined,
  hasFailed: boolean,
): CancellationReason {
  const fails = write.condition !== undefined && !evaluateCondition(write.condition, item);
  if (hasFailed || fails)
    return {
      Code: "ConditionalCheckFailed",
      ...(returnsItem && item !== undefined && { Item: writeItem(item) }),
      Message: "The conditional request failed",
    };
  try {
    if (write.kind === "put") checkItemSize(write.item);
    if (write.kind === "update") checkItemSize(applyUpdate(item, write.key, write.actions) ?? {});
    return noReason;
  } catch (error) {
    return { Code: "ValidationError", Message: writeFailure(write, error).message };
  }
}
