import type { Table, TableIndex } from "../../model/app-model.ts";
import { expiresAtMs } from "../../model/expiry.ts";
import { requestInvalid } from "../../model/table-request-error.ts";
import {
  checkDefinitions,
  hasSameKey,
  isSameAttribute,
  schemaChanged,
  withJournal,
} from "../definition-check.ts";
import type { Database } from "./database.ts";
import { StoredTable, type StoredIndex } from "./stored-table.ts";

/** The tables that there are. After a transaction that came to nothing it must be read anew. */
export class Catalog {
  readonly #database: Database;
  readonly #tables: Map<string, StoredTable>;

  constructor(database: Database) {
    this.#database = database;
    const rows = database.prepare("SELECT id, name, definition FROM holdfast_tables ORDER BY id").all();
    this.#tables = new Map(
      rows.map(({ id, name, definition }) => [
        String(name),
        this.#read(Number(id), JSON.parse(String(definition)) as Table),
      ]),
    );
  }

  get tables(): readonly StoredTable[] {
    return [...this.#tables.values()];
  }

  /** Whether there are tables whose items expire. */
  get expires(): boolean {
    return this.tables.some(({ definition }) => definition.ttl !== undefined);
  }

  find(name: string): StoredTable | undefined {
    return this.#tables.get(name);
  }

  /** Throws `TABLE_REQUEST_INVALID` when there is none of that name. */
  table(name: string): StoredTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw requestInvalid(`There is no table ${name}`);
    return table;
  }

  /** As `TableStore.define`; throws before it writes anything. */
  define(tables: readonly Table[]): void {
    checkDefinitions(tables);
    for (const wanted of tables) {
      const stored = this.#tables.get(wanted.name);
      if (stored !== undefined && !hasSameKey(stored.definition, wanted) && !stored.isEmpty()) {
        throw schemaChanged(stored.definition, wanted);
      }
    }
    for (const wanted of withJournal(tables)) this.#defineTable(wanted);
  }

  #defineTable(wanted: Table): void {
    const stored = this.#tables.get(wanted.name);
    if (stored !== undefined && JSON.stringify(stored.definition) === JSON.stringify(wanted)) return;
    // An empty table may take another key: to SQLite keys are bytes, whatever they are called.
    const id = stored === undefined ? this.#createTable(wanted) : this.#saveTable(stored.id, wanted);
    const bare = new StoredTable(this.#database, id, wanted, []);
    if (stored !== undefined && stored.definition.ttl !== wanted.ttl) this.#writeExpiry(bare);
    const existing = stored?.indexes ?? [];
    const kept = existing.filter(({ definition }) =>
      wanted.indexes.some((index) => isSameIndex(index, definition)),
    );
    for (const { id: indexId } of existing.filter((index) => !kept.includes(index))) this.#dropIndex(indexId);
    const indexes = wanted.indexes.map((definition): StoredIndex => {
      const same = kept.find((index) => index.definition.name === definition.name);
      return { id: same?.id ?? this.#createIndex(bare, definition), definition };
    });
    this.#tables.set(wanted.name, new StoredTable(this.#database, id, wanted, indexes));
  }

  #createTable(wanted: Table): number {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO holdfast_tables (name, definition) VALUES (?, ?)")
      .run(wanted.name, JSON.stringify(wanted));
    const id = Number(lastInsertRowid);
    this.#database.execute(`
      CREATE TABLE items_${id} (
        pk BLOB NOT NULL, sk BLOB NOT NULL, item BLOB NOT NULL, expires_at INTEGER, PRIMARY KEY (pk, sk)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX expiry_${id} ON items_${id} (expires_at) WHERE expires_at IS NOT NULL`);
    return id;
  }

  #saveTable(id: number, wanted: Table): number {
    this.#database
      .prepare("UPDATE holdfast_tables SET definition = ? WHERE id = ?")
      .run(JSON.stringify(wanted), id);
    return id;
  }

  #writeExpiry(table: StoredTable): void {
    const sql = `UPDATE items_${table.id} SET expires_at = ? WHERE pk = ? AND sk = ?`;
    const update = this.#database.prepare(sql);
    for (const { item, key } of table.everyItem()) {
      update.run(expiresAtMs(item, table.definition.ttl) ?? null, key.partition, key.sort);
    }
  }

  #dropIndex(id: number): void {
    this.#database.execute(`DROP TABLE index_${id}`);
    this.#database.prepare("DELETE FROM holdfast_indexes WHERE id = ?").run(id);
  }

  /** Filled from what the table holds. */
  #createIndex(table: StoredTable, definition: TableIndex): number {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO holdfast_indexes (table_id, name) VALUES (?, ?)")
      .run(table.id, definition.name);
    const index: StoredIndex = { id: Number(lastInsertRowid), definition };
    this.#database.execute(`
      CREATE TABLE index_${index.id} (
        ipk BLOB NOT NULL, isk BLOB NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL, PRIMARY KEY (ipk, isk, pk, sk)
      ) STRICT, WITHOUT ROWID`);
    for (const { item, key } of table.everyItem()) table.addToIndex(index, key, item);
    return index.id;
  }

  #read(id: number, definition: Table): StoredTable {
    const rows = this.#database.prepare("SELECT id, name FROM holdfast_indexes WHERE table_id = ?").all(id);
    const ids = new Map(rows.map((row) => [String(row["name"]), Number(row["id"])]));
    const indexes = definition.indexes.map((index): StoredIndex => {
      const indexId = ids.get(index.name);
      if (indexId === undefined)
        throw new RangeError(`The index ${index.name} of ${definition.name} is not there`);
      return { id: indexId, definition: index };
    });
    return new StoredTable(this.#database, id, definition, indexes);
  }
}

/** Whether the two hold the same rows in the same places; what they show of them may differ. */
function isSameIndex(a: TableIndex, b: TableIndex): boolean {
  return a.name === b.name && isSameAttribute(a.key, b.key) && isSameAttribute(a.sortKey, b.sortKey);
}
