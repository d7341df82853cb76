import { HoldfastError } from "../base/errors.ts";
import type { Item } from "../model/attribute-value.ts";
import { checkCondition } from "../model/condition-check.ts";
import { checkItemSize } from "../model/item-size.ts";
import { normaliseItem, normaliseValue } from "../model/normal-item.ts";
import { maximumWriteBytes, maximumWritesPerRequest } from "../model/table-limits.ts";
import { requestInvalid } from "../model/table-request-error.ts";
import type { QueryRequest, ScanRequest, SortCondition, Write } from "../model/table-request.ts";
import { checkActions } from "../model/update-plan.ts";

/** The writes with their items in normal form. Throws for what no table could take, whatever it holds. */
export function checkWrites(writes: readonly Write[]): readonly Write[] {
  return guard(() => {
    if (writes.length > maximumWritesPerRequest) {
      throw requestInvalid(`${writes.length} writes in one request; ${maximumWritesPerRequest} are allowed`);
    }
    const checked = writes.map(checkWrite);
    const bytes = checked.reduce((sum, { itemBytes }) => sum + itemBytes, 0);
    if (bytes > maximumWriteBytes) {
      throw requestInvalid(
        `The items written have ${bytes} bytes; ${maximumWriteBytes} are allowed in a request`,
      );
    }
    return checked.map(({ write }) => write);
  });
}

/** The key in normal form. */
export function checkKey(key: Item): Item {
  return guard(() => normaliseItem(key));
}

export function checkQuery(request: QueryRequest): QueryRequest {
  return guard(() => {
    checkPaging(request);
    normaliseValue(request.key);
    if (request.sort !== undefined) checkSortCondition(request.sort);
    return request;
  });
}

export function checkScan(request: ScanRequest): ScanRequest {
  return guard(() => {
    checkPaging(request);
    return request;
  });
}

function checkWrite(write: Write): { readonly write: Write; readonly itemBytes: number } {
  if (write.condition !== undefined) checkCondition(write.condition);
  switch (write.kind) {
    case "put": {
      const item = normaliseItem(write.item);
      return { write: { ...write, item }, itemBytes: checkItemSize(item) };
    }
    case "update":
      checkActions(write.actions);
      return { write: { ...write, key: normaliseItem(write.key) }, itemBytes: 0 };
    case "check":
    case "delete":
      return { write: { ...write, key: normaliseItem(write.key) }, itemBytes: 0 };
    default:
      throw requestInvalid(`There is no write ${JSON.stringify((write as { kind?: unknown }).kind)}`);
  }
}

function checkPaging({ filter, limit, start }: ScanRequest): void {
  if (filter !== undefined) checkCondition(filter);
  if (start !== undefined) normaliseItem(start);
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw requestInvalid(`A page's limit is a whole number from 1, not ${limit}`);
  }
}

function checkSortCondition(sort: SortCondition): void {
  if (!sortOperators.has(sort.op))
    throw requestInvalid(`A sort key cannot be narrowed by ${String(sort.op)}`);
  const values = sort.op === "between" ? [sort.low, sort.high] : [sort.value];
  for (const value of values) normaliseValue(value);
}

const sortOperators: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">=", "between", "begins-with"]);

/** Requests may come from untyped code: what has not even their shape is the request's fault, not ours. */
function guard<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError("TABLE_REQUEST_INVALID", "The request has not the shape of a table request", {
      cause: error,
    });
  }
}
