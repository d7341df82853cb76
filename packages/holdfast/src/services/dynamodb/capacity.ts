import type { Table } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import { itemSizeBytes } from "../../model/item-size.ts";
import { indexKeyOf, keyNames, pickAttributes } from "../../model/table-key.ts";
import type { WriteResult } from "../../model/table-request.ts";
import { equalAttributes } from "../../model/value-comparison.ts";
import type { OperationInput, OperationOutput } from "../service-face.ts";
import { wordIn } from "./members.ts";

/** What is told of the capacity that a request took: nothing, its sum, or its sum and what went into it. */
export type CapacityDetail = "NONE" | "TOTAL" | "INDEXES";

export function capacityDetailIn(input: OperationInput): CapacityDetail {
  return wordIn(input, "ReturnConsumedCapacity", ["INDEXES", "TOTAL", "NONE"]) ?? "NONE";
}

/** Capacity units by what took them. */
export interface ConsumedUnits {
  readonly table: number;
  readonly indexes: Readonly<Record<string, number>>;
}

/** 4 KB a unit, and half of it unless consistent. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * (isConsistent ? 1 : 0.5);
}

/** 1 KB a unit. */
function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** What a write took: the larger of the item as it was and as it is, and the same of each index that it changed. */
export function unitsOfWrite(table: Table, { old, new: now }: WriteResult): ConsumedUnits {
  const bytes = Math.max(sizeOf(old), sizeOf(now));
  const indexes = table.indexes.flatMap((index): [string, number][] => {
    const before = projected(table, index, old);
    const after = projected(table, index, now);
    const units = unitsOfIndexWrite(before, after, keyNames(index));
    return units === 0 ? [] : [[index.name, units]];
  });
  return { table: writeUnits(bytes), indexes: Object.fromEntries(indexes) };
}

function unitsOfIndexWrite(
  before: Item | undefined,
  after: Item | undefined,
  names: readonly string[],
): number {
  if (before === undefined || after === undefined)
    return before === after ? 0 : writeUnits(sizeOf(before ?? after));
  if (equalAttributes(before, after)) return 0;
  // An item that moves is taken out and put in.
  return equalAttributes(pickAttributes(before, names), pickAttributes(after, names))
    ? writeUnits(Math.max(sizeOf(before), sizeOf(after)))
    : writeUnits(sizeOf(before)) + writeUnits(sizeOf(after));
}

function projected(table: Table, index: Table["indexes"][number], item: Item | undefined): Item | undefined {
  if (item === undefined || indexKeyOf(index, item) === undefined) return undefined;
  if (index.projection === "all") return item;
  const listed = index.projection === "keys-only" ? [] : index.projection;
  return pickAttributes(item, [...keyNames(table), ...keyNames(index), ...listed]);
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemSizeBytes(item);
}

export function addUnits(all: readonly ConsumedUnits[], factor = 1): ConsumedUnits {
  const indexes: Record<string, number> = {};
  for (const units of all)
    for (const [name, more] of Object.entries(units.indexes))
      indexes[name] = (indexes[name] ?? 0) + more * factor;
  return { table: all.reduce((sum, units) => sum + units.table * factor, 0), indexes };
}

/** DynamoDB's `ConsumedCapacity`. Transactions also say which kind it was. */
export function describeCapacity(
  detail: CapacityDetail,
  table: Table,
  units: ConsumedUnits,
  kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
): OperationOutput {
  const count = (of: number) => ({ CapacityUnits: of, ...(kind !== undefined && { [kind]: of }) });
  const indexes = Object.entries(units.indexes);
  const total = indexes.reduce((sum, [, of]) => sum + of, units.table);
  if (detail === "TOTAL") return { TableName: table.name, ...count(total) };
  return {
    TableName: table.name,
    ...count(total),
    Table: count(units.table),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: Object.fromEntries(indexes.map(([name, of]) => [name, count(of)])),
    }),
  };
}

/** The member of an answer, where it was asked for. */
export function capacityMember(
  detail: CapacityDetail,
  table: Table,
  units: () => ConsumedUnits,
): OperationOutput {
  return detail === "NONE" ? {} : { ConsumedCapacity: describeCapacity(detail, table, units()) };
}
