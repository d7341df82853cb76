import type { SQLOutputValue } from "node:sqlite";

import type { Table, TableIndex } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import { expiredRange, expiresAtMs } from "../../model/expiry.ts";
import { compareBytes } from "../../model/key-order.ts";
import { indexKeyOf, primaryKeyOf, type KeyBytes } from "../../model/table-key.ts";
import type { KeySpan } from "../key-span.ts";
import type { Database } from "./database.ts";
import { decodeItem } from "./item-codec.ts";
import { pageQuery } from "./page-query.ts";

/** How many rows are held in memory at a time while a table is gone through. */
const rowsAtATime = 1_000;

export interface StoredIndex {
  readonly id: number;
  readonly definition: TableIndex;
}

/** A row as it lies in the database; its item is decoded when it is first asked for. */
export class StoredRow {
  readonly itemBytes: Uint8Array;
  readonly expiresAtMs: number | undefined;
  #item: Item | undefined;

  constructor(itemBytes: Uint8Array, expiresAt: number | undefined) {
    this.itemBytes = itemBytes;
    this.expiresAtMs = expiresAt;
  }

  get item(): Item {
    this.#item ??= decodeItem(this.itemBytes);
    return this.#item;
  }
}

export interface NewRow {
  readonly item: Item;
  /** The same item. */
  readonly itemBytes: Uint8Array;
}

/**
 * One table's rows. Items lie in `items_<id>` under their key's bytes, each index in `index_<id>`: the index's key and
 * behind it the table's, nothing else.
 */
export class StoredTable {
  readonly id: number;
  readonly definition: Table;
  readonly indexes: readonly StoredIndex[];
  readonly #database: Database;
  readonly #sql: Readonly<Record<"get" | "put" | "remove" | "expired", string>>;

  constructor(database: Database, id: number, definition: Table, indexes: readonly StoredIndex[]) {
    this.id = id;
    this.definition = definition;
    this.indexes = indexes;
    this.#database = database;
    this.#sql = {
      get: `SELECT item, expires_at FROM items_${id} WHERE pk = ? AND sk = ?`,
      put: `INSERT INTO items_${id} (pk, sk, item, expires_at) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET item = excluded.item, expires_at = excluded.expires_at`,
      remove: `DELETE FROM items_${id} WHERE pk = ? AND sk = ?`,
      expired: `SELECT item, expires_at FROM items_${id} WHERE expires_at >= ? AND expires_at < ? ORDER BY expires_at LIMIT ?`,
    };
  }

  get(key: KeyBytes): StoredRow | undefined {
    const row = this.#database.prepare(this.#sql.get).get(key.partition, key.sort);
    return row === undefined ? undefined : toRow(row);
  }

  /** `before` is the row that stands there, if one does. */
  put(key: KeyBytes, row: NewRow, before: StoredRow | undefined): void {
    const expires = expiresAtMs(row.item, this.definition.ttl) ?? null;
    this.#database.prepare(this.#sql.put).run(key.partition, key.sort, row.itemBytes, expires);
    for (const index of this.indexes) this.#moveInIndex(index, key, before?.item, row.item);
  }

  remove(key: KeyBytes, before: StoredRow): void {
    this.#database.prepare(this.#sql.remove).run(key.partition, key.sort);
    for (const index of this.indexes) this.#moveInIndex(index, key, before.item, undefined);
  }

  /** Rows in the span, in order; those that have expired too. */
  *rows(index: StoredIndex | undefined, span: KeySpan): Iterable<StoredRow> {
    const { sql, values } = pageQuery(this.id, index?.id, span);
    for (const row of this.#database.prepare(sql).iterate(...values)) yield toRow(row);
  }

  expired(nowMs: number, limit: number): readonly StoredRow[] {
    const { fromMs, beforeMs } = expiredRange(nowMs);
    return this.#database.prepare(this.#sql.expired).all(fromMs, beforeMs, limit).map(toRow);
  }

  /** Every row, decoded. The table may be written meanwhile, its keys excepted. */
  *everyItem(): Iterable<{ readonly item: Item; readonly key: KeyBytes }> {
    let after: KeySpan["after"];
    for (let count = rowsAtATime; count === rowsAtATime;) {
      const span: KeySpan = { ...(after !== undefined && { after }), descending: false };
      const { sql, values } = pageQuery(this.id, undefined, span);
      const rows = this.#database.prepare(`${sql} LIMIT ${rowsAtATime}`).all(...values);
      for (const { item } of rows.map(toRow)) {
        const key = primaryKeyOf(this.definition, item);
        after = { table: key };
        yield { item, key };
      }
      count = rows.length;
    }
  }

  /** Nothing happens when the item does not belong in the index. */
  addToIndex(index: StoredIndex, key: KeyBytes, item: Item): void {
    this.#moveInIndex(index, key, undefined, item);
  }

  isEmpty(): boolean {
    return this.#database.prepare(`SELECT 1 FROM items_${this.id} LIMIT 1`).get() === undefined;
  }

  #moveInIndex(index: StoredIndex, key: KeyBytes, before: Item | undefined, after: Item | undefined): void {
    const from = before === undefined ? undefined : indexKeyOf(index.definition, before);
    const to = after === undefined ? undefined : indexKeyOf(index.definition, after);
    if (from !== undefined && to !== undefined && isSameKey(from, to)) return;
    if (from !== undefined) this.#runOnIndex(removal(index.id), from, key);
    if (to !== undefined) this.#runOnIndex(addition(index.id), to, key);
  }

  #runOnIndex(sql: string, indexKey: KeyBytes, key: KeyBytes): void {
    this.#database.prepare(sql).run(indexKey.partition, indexKey.sort, key.partition, key.sort);
  }
}

function addition(indexId: number): string {
  return `INSERT INTO index_${indexId} (ipk, isk, pk, sk) VALUES (?, ?, ?, ?)`;
}

function removal(indexId: number): string {
  return `DELETE FROM index_${indexId} WHERE ipk = ? AND isk = ? AND pk = ? AND sk = ?`;
}

function isSameKey(a: KeyBytes, b: KeyBytes): boolean {
  return compareBytes(a.partition, b.partition) === 0 && compareBytes(a.sort, b.sort) === 0;
}

function toRow(row: Readonly<Record<string, SQLOutputValue>>): StoredRow {
  return new StoredRow(row["item"] as Uint8Array, (row["expires_at"] as number | null) ?? undefined);
}
