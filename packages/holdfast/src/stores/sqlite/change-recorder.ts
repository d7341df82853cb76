import type { Table } from "../../model/app-model.ts";
import { journalKey, toJournalItem } from "../../model/change-journal.ts";
import { exactKeyOf, keyNames, pickAttributes } from "../../model/table-key.ts";
import type { Change } from "../../model/table-request.ts";
import { ByteWriter } from "./byte-writer.ts";
import { writeChange } from "./change-codec.ts";
import type { Database } from "./database.ts";
import { encodeItem } from "./item-codec.ts";
import type { NewRow, StoredRow, StoredTable } from "./stored-table.ts";

/** Numbers a transaction's changes, keeps those that are watched, and writes those of streams to the journal. */
export class ChangeRecorder {
  readonly #database: Database;
  readonly #journal: () => StoredTable | undefined;
  readonly #bytes = new ByteWriter();
  #count = 0;
  #sequence: number;
  /** Where the last commit left things. */
  #committed: { readonly length: number; readonly count: number; readonly sequence: number };
  #isWatched = false;
  #nowMs = 0;

  constructor(database: Database, journal: () => StoredTable | undefined) {
    this.#database = database;
    this.#journal = journal;
    const row = database.prepare("SELECT last_sequence FROM holdfast_store").get();
    this.#sequence = Number(row?.["last_sequence"]);
    this.#committed = { length: 0, count: 0, sequence: this.#sequence };
  }

  /** The time of the request being carried out. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** What the requests that follow came with. */
  begin(nowMs: number, isWatched: boolean): void {
    this.#nowMs = nowMs;
    this.#isWatched = isWatched;
  }

  recordWrite(table: Table, old: StoredRow | undefined, now: NewRow): void {
    this.#sequence += 1;
    const kind = old === undefined ? "insert" : "modify";
    if (this.#isWatched) this.#keep(table, kind, old, now, false);
    if (table.stream !== undefined) this.#write(table, table.stream, kind, old, now, false);
  }

  recordRemoval(table: Table, old: StoredRow, hasExpired: boolean): void {
    this.#sequence += 1;
    if (this.#isWatched) this.#keep(table, "remove", old, undefined, hasExpired);
    if (table.stream !== undefined) this.#write(table, table.stream, "remove", old, undefined, hasExpired);
  }

  /** Part of the transaction: its last statement. */
  save(): void {
    if (this.#sequence === this.#committed.sequence) return;
    this.#database.prepare("UPDATE holdfast_store SET last_sequence = ?").run(this.#sequence);
  }

  commit(): void {
    this.#committed = { length: this.#bytes.length, count: this.#count, sequence: this.#sequence };
  }

  /** Forgets what was recorded since the last commit. */
  rollBack(): void {
    this.#bytes.truncate(this.#committed.length);
    this.#count = this.#committed.count;
    this.#sequence = this.#committed.sequence;
  }

  /** The committed changes that were not taken yet. */
  take(): { readonly changeCount: number; readonly changes: Uint8Array<ArrayBuffer> } {
    const taken = { changeCount: this.#count, changes: this.#bytes.take() };
    this.#count = 0;
    this.commit();
    return taken;
  }

  #keep(
    table: Table,
    kind: Change["kind"],
    old: StoredRow | undefined,
    now: NewRow | undefined,
    hasExpired: boolean,
  ): void {
    const item = now?.item ?? old?.item ?? {};
    this.#count += 1;
    writeChange(this.#bytes, {
      table: table.name,
      kind,
      key: pickAttributes(item, keyNames(table)),
      ...(old !== undefined && { old: old.itemBytes }),
      ...(now !== undefined && { new: now.itemBytes }),
      sequence: this.#sequence,
      atMs: this.#nowMs,
      ...(hasExpired && { expired: true }),
    });
  }

  /** Part of the transaction; no change of its own. */
  #write(
    table: Table,
    stream: NonNullable<Table["stream"]>,
    kind: Change["kind"],
    old: StoredRow | undefined,
    now: NewRow | undefined,
    hasExpired: boolean,
  ): void {
    const journal = this.#journal();
    if (journal === undefined) return;
    const change: Change = {
      table: table.name,
      kind,
      key: pickAttributes(now?.item ?? old?.item ?? {}, keyNames(table)),
      ...(old !== undefined && { old: old.item }),
      ...(now !== undefined && { new: now.item }),
      sequence: this.#sequence,
      atMs: this.#nowMs,
      ...(hasExpired && { expired: true }),
    };
    const item = toJournalItem(change, stream);
    const key = exactKeyOf(journal.definition, journalKey(change));
    journal.put(key, { item, itemBytes: encodeItem(item) }, undefined);
  }
}
