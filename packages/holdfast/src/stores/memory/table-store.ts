import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Table, TableIndex } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import { changeJournal, journalKey, toJournalItem } from "../../model/change-journal.ts";
import { evaluateCondition } from "../../model/condition.ts";
import { expiresAtMs, hasExpired } from "../../model/expiry.ts";
import { itemSizeBytes } from "../../model/item-size.ts";
import { compareBytes } from "../../model/key-order.ts";
import { exactKeyOf, indexKeyOf, keyNames, pickAttributes, type KeyBytes } from "../../model/table-key.ts";
import { requestInvalid } from "../../model/table-request-error.ts";
import type {
  Change,
  Condition,
  Page,
  QueryRequest,
  ScanRequest,
  Write,
  WriteResult,
} from "../../model/table-request.ts";
import { equalAttributes } from "../../model/value-comparison.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { ChangeFeed, tableChanges } from "../change-feed.ts";
import { checkDefinitions, hasSameKey, schemaChanged, withJournal } from "../definition-check.ts";
import { findIndex, nextStart, projectItem, spanOfQuery, spanOfScan, type KeySpan } from "../key-span.ts";
import { collectPage } from "../page.ts";
import { checkKey, checkQuery, checkScan, checkWrites } from "../request-check.ts";
import { startSweeping, sweepItems } from "../sweeper.ts";
import { checkDistinctItems, formatKey, itemAfter, keyOfWrite } from "../write-outcome.ts";

/**
 * Tables in memory, gone with the process: the reference for the other stores, and for tests. It keeps no order and no
 * indexes; it sorts what is there whenever it is asked.
 */
export function createMemoryTableStore(options: { readonly clock: Clock; readonly log: Log }): TableStore {
  return new MemoryTableStore(options.clock, options.log);
}

interface StoredTable {
  readonly definition: Table;
  readonly rows: Map<string, Row>;
}

interface Row {
  readonly key: KeyBytes;
  readonly item: Item;
}

/** A row where a table or an index has it. */
interface Placed {
  readonly row: Row;
  readonly place: KeyBytes;
}

interface LocatedWrite {
  readonly write: Write;
  readonly table: StoredTable;
  readonly key: KeyBytes;
}

interface PlannedWrite extends LocatedWrite {
  /** What is stored, and has expired. */
  readonly expired?: Item;
  readonly old?: Item;
  readonly new?: Item;
}

class MemoryTableStore implements TableStore {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tables = new Map<string, StoredTable>();
  readonly #feed: ChangeFeed<Change>;
  #sequence = 0;
  #stopSweeping: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#feed = new ChangeFeed<Change>(log, tableChanges);
  }

  async define(tables: readonly Table[]): Promise<void> {
    this.#checkOpen();
    checkDefinitions(tables);
    for (const definition of tables) {
      const stored = this.#tables.get(definition.name);
      if (stored !== undefined && stored.rows.size > 0 && !hasSameKey(stored.definition, definition)) {
        throw schemaChanged(stored.definition, definition);
      }
    }
    for (const definition of withJournal(structuredClone(tables))) {
      const rows = this.#tables.get(definition.name)?.rows ?? new Map<string, Row>();
      this.#tables.set(definition.name, { definition, rows });
    }
    const expires = [...this.#tables.values()].some(({ definition }) => definition.ttl !== undefined);
    if (expires) this.#stopSweeping ??= startSweeping(this.#clock, this.#log, async () => this.#sweep());
  }

  async get(tableName: string, key: Item): Promise<Item | undefined> {
    const table = this.#table(tableName);
    const row = table.rows.get(formatKey(exactKeyOf(table.definition, checkKey(key))));
    if (row === undefined || this.#isExpired(table, row.item)) return undefined;
    return structuredClone(row.item);
  }

  async write(writes: readonly Write[]): Promise<readonly WriteResult[]> {
    const located = checkWrites(writes).map((write): LocatedWrite => {
      const table = this.#table(write.table);
      return { write, table, key: keyOfWrite(table.definition, write) };
    });
    checkDistinctItems(located.map(({ write, key }) => ({ table: write.table, key })));
    const planned = located.map((one, index) => this.#plan(one, index));
    this.#feed.publish(planned.flatMap((write) => this.#apply(write)));
    return planned.map(({ write, old, new: now }) =>
      structuredClone({
        ...(old !== undefined && { old }),
        ...(now !== undefined && write.kind !== "check" && { new: now }),
      }),
    );
  }

  async query(request: QueryRequest): Promise<Page> {
    const table = this.#table(checkQuery(request).table);
    const index = findIndex(table.definition, request.index);
    return this.#page(table, index, spanOfQuery(table.definition, index, request), request);
  }

  async scan(request: ScanRequest): Promise<Page> {
    const table = this.#table(checkScan(request).table);
    const index = findIndex(table.definition, request.index);
    return this.#page(table, index, spanOfScan(table.definition, index, request), request);
  }

  watch(listener: (change: Change) => void): () => void {
    return this.#feed.watch(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopSweeping?.();
  }

  #plan(located: LocatedWrite, index: number): PlannedWrite {
    const { write, table, key } = located;
    const stored = table.rows.get(formatKey(key))?.item;
    const isExpired = stored !== undefined && this.#isExpired(table, stored);
    const old = isExpired ? undefined : stored;
    const now = itemAfter(table.definition, write, index, () => old);
    return {
      ...located,
      ...(isExpired && { expired: stored }),
      ...(old !== undefined && { old }),
      ...(now !== undefined && { new: now }),
    };
  }

  /** An expired item that a write meets is removed first, with a change of its own: to the write it was absent. */
  #apply({ write, table, key, expired, old, new: now }: PlannedWrite): readonly Change[] {
    if (write.kind === "check") return [];
    const changes = expired === undefined ? [] : [this.#change(table, { old: expired, expired: true })];
    if (now === undefined) table.rows.delete(formatKey(key));
    else table.rows.set(formatKey(key), { key, item: now });
    const isSame = old === undefined ? now === undefined : now !== undefined && equalAttributes(old, now);
    if (isSame) return changes;
    return [
      ...changes,
      this.#change(table, { ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) }),
    ];
  }

  #change(table: StoredTable, images: Pick<Change, "old" | "new" | "expired">): Change {
    const item = images.new ?? images.old ?? {};
    this.#sequence += 1;
    const change: Change = structuredClone({
      table: table.definition.name,
      kind: images.new === undefined ? "remove" : images.old === undefined ? "insert" : "modify",
      key: pickAttributes(item, keyNames(table.definition)),
      ...images,
      sequence: this.#sequence,
      atMs: this.#clock.now(),
    });
    this.#keep(table.definition, change);
    return change;
  }

  /** What a stream tells is kept with no change of its own. */
  #keep({ stream }: Table, change: Change): void {
    const journal = this.#tables.get(changeJournal.name);
    if (stream === undefined || journal === undefined) return;
    const item = toJournalItem(change, stream);
    const key = exactKeyOf(changeJournal, journalKey(change));
    journal.rows.set(formatKey(key), { key, item });
  }

  #sweep(): number {
    const expired = [...this.#tables.values()].flatMap((table) => {
      const rows = [...table.rows.values()].filter(({ item }) => this.#isExpired(table, item));
      const { ttl } = table.definition;
      return rows
        .map((row) => ({ table, row, atMs: expiresAtMs(row.item, ttl) ?? 0 }))
        .toSorted((a, b) => a.atMs - b.atMs || compareKeys(a.row.key, b.row.key));
    });
    const batch = expired.slice(0, sweepItems);
    for (const { table, row } of batch) table.rows.delete(formatKey(row.key));
    this.#feed.publish(batch.map(({ table, row }) => this.#change(table, { old: row.item, expired: true })));
    return batch.length;
  }

  #page(
    table: StoredTable,
    index: TableIndex | undefined,
    span: KeySpan,
    { filter, limit }: { readonly filter?: Condition; readonly limit?: number },
  ): Page {
    const { definition } = table;
    const items = this.#rowsIn(table, index, span).map(({ item }) => projectItem(definition, index, item));
    const page = collectPage(items, {
      limit,
      sizeBytes: itemSizeBytes,
      keeps: (item) => filter === undefined || evaluateCondition(filter, item),
    });
    return structuredClone({
      items: page.kept,
      scanned: page.scanned,
      ...(page.last !== undefined && { next: nextStart(definition, index, page.last) }),
    });
  }

  #rowsIn(table: StoredTable, index: TableIndex | undefined, span: KeySpan): readonly Row[] {
    const placed = [...table.rows.values()].flatMap((row): readonly Placed[] => {
      const place = index === undefined ? row.key : indexKeyOf(index, row.item);
      return place === undefined || this.#isExpired(table, row.item) ? [] : [{ row, place }];
    });
    const direction = span.descending ? -1 : 1;
    return placed
      .filter((candidate) => isWithin(span, candidate, direction))
      .toSorted((a, b) => direction * compareRows(a, b))
      .map(({ row }) => row);
  }

  #isExpired({ definition }: StoredTable, item: Item): boolean {
    return hasExpired(expiresAtMs(item, definition.ttl), this.#clock.now());
  }

  #table(name: string): StoredTable {
    this.#checkOpen();
    const table = this.#tables.get(name);
    if (table === undefined) throw requestInvalid(`There is no table ${name}`);
    return table;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new HoldfastError("STORE_FAILED", "The table store is closed");
  }
}

function isWithin(
  { partition, low, high, after }: KeySpan,
  { row, place }: Placed,
  direction: 1 | -1,
): boolean {
  if (partition !== undefined && compareBytes(place.partition, partition) !== 0) return false;
  if (low !== undefined && compareBytes(place.sort, low.bytes) < (low.inclusive ? 0 : 1)) return false;
  if (high !== undefined && compareBytes(place.sort, high.bytes) > (high.inclusive ? 0 : -1)) return false;
  if (after === undefined) return true;
  const order = compareKeys(place, after.index ?? after.table) || compareKeys(row.key, after.table);
  return direction * order > 0;
}

/** In an index rows of equal keys stand in the order of the table's. */
function compareRows(a: Placed, b: Placed): number {
  return compareKeys(a.place, b.place) || compareKeys(a.row.key, b.row.key);
}

function compareKeys(a: KeyBytes, b: KeyBytes): number {
  return compareBytes(a.partition, b.partition) || compareBytes(a.sort, b.sort);
}
