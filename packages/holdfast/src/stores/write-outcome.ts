import { ConditionFailedError } from "../base/errors.ts";
import type { Table } from "../model/app-model.ts";
import type { Item } from "../model/attribute-value.ts";
import { evaluateCondition } from "../model/condition.ts";
import { checkItemSize } from "../model/item-size.ts";
import { normaliseItem } from "../model/normal-item.ts";
import { checkIndexKeys, exactKeyOf, keyNames, primaryKeyOf, type KeyBytes } from "../model/table-key.ts";
import { requestInvalid } from "../model/table-request-error.ts";
import type { Write } from "../model/table-request.ts";
import { applyUpdate } from "../model/update.ts";
import { bytesAsText } from "../model/value-comparison.ts";

/** Where the write's item stands. Throws `TABLE_REQUEST_INVALID`. */
export function keyOfWrite(table: Table, write: Write): KeyBytes {
  return write.kind === "put" ? primaryKeyOf(table, write.item) : exactKeyOf(table, write.key);
}

/** Throws `TABLE_REQUEST_INVALID` when two writes of a request are to one item, as DynamoDB's transactions do. */
export function checkDistinctItems(
  places: readonly { readonly table: string; readonly key: KeyBytes }[],
): void {
  if (places.length < 2) return;
  const names = places.map(({ table, key }) => `${table}/${formatKey(key)}`);
  if (new Set(names).size < names.length) throw requestInvalid("Two writes of one request are to one item");
}

/** A text of its own for each key. */
export function formatKey({ partition, sort }: KeyBytes): string {
  return `${partition.byteLength}:${bytesAsText(partition)}${bytesAsText(sort)}`;
}

/**
 * What the item is after the write; `undefined` when there is none. `before` gives it as it was, expired ones being
 * absent, and is called only when that matters. Throws `ConditionFailedError`, `TABLE_REQUEST_INVALID` and
 * `ITEM_TOO_LARGE`. The write must have passed `checkWrites`; `index` is its place in the request.
 */
export function itemAfter(
  table: Table,
  write: Write,
  index: number,
  before: () => Item | undefined,
): Item | undefined {
  if (write.condition !== undefined && !evaluateCondition(write.condition, before())) {
    throw new ConditionFailedError(`The condition of the ${write.kind} on ${table.name} did not hold`, {
      index,
    });
  }
  switch (write.kind) {
    case "put":
      checkIndexKeys(table, write.item);
      return write.item;
    case "update":
      return updatedItem(table, write, before());
    case "delete":
      return undefined;
    case "check":
      return before();
  }
}

function updatedItem(
  table: Table,
  write: Write & { readonly kind: "update" },
  before: Item | undefined,
): Item | undefined {
  const fixed = keyNames(table);
  const touched = write.actions.find(({ path }) => fixed.includes(path[0]));
  if (touched !== undefined) {
    throw requestInvalid(
      `An update cannot change ${touched.path[0]}: it is part of the key of ${table.name}`,
    );
  }
  const updated = applyUpdate(before, write.key, write.actions);
  if (updated === undefined) return undefined;
  const item = normaliseItem(updated);
  checkItemSize(item);
  checkIndexKeys(table, item);
  return item;
}
