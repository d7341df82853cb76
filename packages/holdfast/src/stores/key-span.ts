import type { Table, TableIndex } from "../model/app-model.ts";
import type { AttributeValue, Item } from "../model/attribute-value.ts";
import { compareBytes } from "../model/key-order.ts";
import { normaliseItem } from "../model/normal-item.ts";
import {
  encodeKeyAttribute,
  indexKeyOf,
  keyNames,
  pickAttributes,
  primaryKeyOf,
  type KeyBytes,
  type KeySchema,
} from "../model/table-key.ts";
import { requestInvalid } from "../model/table-request-error.ts";
import type { QueryRequest, ScanRequest, SortCondition } from "../model/table-request.ts";

/** The stretch of a table or index that a page is read from, in bytes; all bounds hold together. */
export interface KeySpan {
  /** Absent in a scan. */
  readonly partition?: Uint8Array;
  readonly low?: KeyBound;
  readonly high?: KeyBound;
  /** Where the page before ended; of `index` too when one is read. */
  readonly after?: { readonly table: KeyBytes; readonly index?: KeyBytes };
  readonly descending: boolean;
}

export interface KeyBound {
  readonly bytes: Uint8Array;
  readonly inclusive: boolean;
}

/** Throws `TABLE_REQUEST_INVALID` when the table has no such index. */
export function findIndex(table: Table, name: string | undefined): TableIndex | undefined {
  if (name === undefined) return undefined;
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw requestInvalid(`The table ${table.name} has no index ${name}`);
  return index;
}

/** Throws `TABLE_REQUEST_INVALID` when the request's keys do not fit the table or index. */
export function spanOfQuery(table: Table, index: TableIndex | undefined, request: QueryRequest): KeySpan {
  const schema = index ?? table;
  const where = placeName(table, index);
  const partition = encodeKeyAttribute(schema, schema.key, request.key, where);
  const after = startOf(table, index, request.start);
  if (after !== undefined && compareBytes((after.index ?? after.table).partition, partition) !== 0) {
    throw requestInvalid(`The start of a query of ${where} lies outside of what is queried`);
  }
  return {
    partition,
    ...(request.sort !== undefined && sortBounds(schema, request.sort, where)),
    ...(after !== undefined && { after }),
    descending: request.descending ?? false,
  };
}

/** Throws as `spanOfQuery` does. */
export function spanOfScan(table: Table, index: TableIndex | undefined, request: ScanRequest): KeySpan {
  const after = startOf(table, index, request.start);
  return { ...(after !== undefined && { after }), descending: false };
}

/** What a page's `next` holds when it ended with this item. */
export function nextStart(table: Table, index: TableIndex | undefined, last: Item): Item {
  return pickAttributes(last, startNames(table, index));
}

/** The item as the index shows it. */
export function projectItem(table: Table, index: TableIndex | undefined, item: Item): Item {
  if (index === undefined || index.projection === "all") return item;
  const listed = index.projection === "keys-only" ? [] : index.projection;
  return pickAttributes(item, [...startNames(table, index), ...listed]);
}

function startOf(table: Table, index: TableIndex | undefined, start: Item | undefined): KeySpan["after"] {
  if (start === undefined) return undefined;
  const names = startNames(table, index);
  const key = normaliseItem(start);
  const indexKey = index === undefined ? undefined : indexKeyOf(index, key);
  const isIncomplete = index !== undefined && indexKey === undefined;
  if (isIncomplete || Object.keys(key).some((name) => !names.includes(name))) {
    throw requestInvalid(`A page of ${placeName(table, index)} starts from exactly ${names.join(", ")}`);
  }
  return { table: primaryKeyOf(table, key), ...(indexKey !== undefined && { index: indexKey }) };
}

function startNames(table: Table, index: TableIndex | undefined): readonly string[] {
  const names = [...keyNames(table), ...(index === undefined ? [] : keyNames(index))];
  return [...new Set(names)];
}

function sortBounds(
  schema: KeySchema,
  sort: SortCondition,
  where: string,
): { readonly low?: KeyBound; readonly high?: KeyBound } {
  const attribute = schema.sortKey;
  if (attribute === undefined) throw requestInvalid(`There is no sort key in ${where}`);
  const encode = (value: AttributeValue): Uint8Array => encodeKeyAttribute(schema, attribute, value, where);
  switch (sort.op) {
    case "=": {
      const bound = { bytes: encode(sort.value), inclusive: true };
      return { low: bound, high: bound };
    }
    case "<":
    case "<=":
      return { high: { bytes: encode(sort.value), inclusive: sort.op === "<=" } };
    case ">":
    case ">=":
      return { low: { bytes: encode(sort.value), inclusive: sort.op === ">=" } };
    case "between": {
      const low = encode(sort.low);
      const high = encode(sort.high);
      if (compareBytes(low, high) > 0) {
        throw requestInvalid('The lower bound of "between" is above the upper one');
      }
      return { low: { bytes: low, inclusive: true }, high: { bytes: high, inclusive: true } };
    }
    case "begins-with":
      if (attribute.type === "number")
        throw requestInvalid(`A number does not begin with anything: ${where}`);
      return startingWith(encode(sort.value));
  }
}

/** From the prefix itself up to the first bytes that come after everything that begins with it. */
function startingWith(prefix: Uint8Array): { readonly low: KeyBound; readonly high?: KeyBound } {
  const low = { bytes: prefix, inclusive: true };
  const last = prefix.findLastIndex((byte) => byte < 255);
  if (last === -1) return { low };
  const successor = new Uint8Array(prefix.subarray(0, last + 1));
  successor[last] = (successor[last] ?? 0) + 1;
  return { low, high: { bytes: successor, inclusive: false } };
}

function placeName(table: Table, index: TableIndex | undefined): string {
  return index === undefined ? table.name : `${table.name}, index ${index.name}`;
}
