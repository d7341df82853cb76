import { hasExpired } from "../../model/expiry.ts";
import { compareBytes } from "../../model/key-order.ts";
import { primaryKeyOf, type KeyBytes } from "../../model/table-key.ts";
import { equalAttributes } from "../../model/value-comparison.ts";
import { checkDistinctItems, itemAfter, keyOfWrite } from "../write-outcome.ts";
import type { StoredAnswer } from "./answer-codec.ts";
import type { Catalog } from "./catalog.ts";
import type { ChangeRecorder } from "./change-recorder.ts";
import { encodeItem } from "./item-codec.ts";
import type { ArrivedWrite } from "./request-codec.ts";
import type { NewRow, StoredRow, StoredTable } from "./stored-table.ts";

interface LocatedWrite {
  readonly arrived: ArrivedWrite;
  readonly table: StoredTable;
  readonly key: KeyBytes;
}

interface PlannedWrite extends LocatedWrite {
  /** What lies there; when it has expired, `old` is absent. */
  readonly row: StoredRow | undefined;
  readonly old: StoredRow | undefined;
  readonly new: NewRow | undefined;
}

/**
 * Everything is worked out, and every error thrown, before the first row is written: so a request that fails leaves no
 * trace in the transaction that it shares with others.
 */
export function runWrites(
  writes: readonly ArrivedWrite[],
  catalog: Catalog,
  recorder: ChangeRecorder,
): StoredAnswer {
  const located = writes.map((arrived): LocatedWrite => {
    const table = catalog.table(arrived.write.table);
    return { arrived, table, key: keyOfWrite(table.definition, arrived.write) };
  });
  checkDistinctItems(located.map(({ arrived, key }) => ({ table: arrived.write.table, key })));
  const planned = located.map((one, index) => plan(one, index, recorder.nowMs));
  for (const one of planned) apply(one, recorder);
  return { kind: "written", results: planned.map(toResult) };
}

/** Removes rows that have expired, each with its change. Returns how many, at most `limit`. */
export function sweepTable(table: StoredTable, limit: number, recorder: ChangeRecorder): number {
  const rows = table.expired(recorder.nowMs, limit);
  for (const row of rows) {
    table.remove(primaryKeyOf(table.definition, row.item), row);
    recorder.recordRemoval(table.definition, row, true);
  }
  return rows.length;
}

function plan(located: LocatedWrite, index: number, nowMs: number): PlannedWrite {
  const { arrived, table, key } = located;
  const row = table.get(key);
  const old = row !== undefined && hasExpired(row.expiresAtMs, nowMs) ? undefined : row;
  const item = itemAfter(table.definition, arrived.write, index, () => old?.item);
  if (item === undefined || arrived.write.kind === "check") return { ...located, row, old, new: undefined };
  const itemBytes = arrived.write.kind === "put" ? arrived.itemBytes : encodeItem(item);
  return { ...located, row, old, new: { item, itemBytes } };
}

/** An expired item that a write meets is removed first, with a change of its own: to the write it was absent. */
function apply({ arrived, table, key, row, old, new: now }: PlannedWrite, recorder: ChangeRecorder): void {
  if (arrived.write.kind === "check") return;
  if (row !== old && row !== undefined) recorder.recordRemoval(table.definition, row, true);
  if (now !== undefined) {
    if (old !== undefined && isSame(old, now)) return;
    table.put(key, now, row);
    recorder.recordWrite(table.definition, old, now);
    return;
  }
  if (row !== undefined) table.remove(key, row);
  if (old !== undefined) recorder.recordRemoval(table.definition, old, false);
}

/** Numbers and sets are in normal form, so equal items have as many bytes, though maybe in another order of names. */
function isSame(old: StoredRow, now: NewRow): boolean {
  if (old.itemBytes.byteLength !== now.itemBytes.byteLength) return false;
  return compareBytes(old.itemBytes, now.itemBytes) === 0 || equalAttributes(old.item, now.item);
}

function toResult({ arrived, old, new: now }: PlannedWrite) {
  // The caller's thread knows what it put.
  const isKnown = arrived.write.kind === "put";
  return { old: old?.itemBytes, new: isKnown ? undefined : now?.itemBytes };
}
