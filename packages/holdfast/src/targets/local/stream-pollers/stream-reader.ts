import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { changeJournal, fromJournalItem, journalKey } from "../../../model/change-journal.ts";
import type { Change } from "../../../model/table-request.ts";
import type { TableStore } from "../../../ports/table-store.ts";

/** How far each function has read each stream. */
const positionsTable: Table = {
  name: "holdfast:stream-positions",
  key: { name: "reader", type: "string" },
  indexes: [],
  retain: false,
};

/** As many as a store writes together. */
const deletedAtATime = 100;

/** One reader's place in a table's stream, which survives a restart. */
export class StreamReader {
  readonly #tables: TableStore;
  readonly #table: string;
  readonly #key: Item;
  #position = 0;

  constructor(tables: TableStore, table: string, name: string) {
    this.#tables = tables;
    this.#table = table;
    this.#key = { reader: { S: JSON.stringify([table, name]) } };
  }

  /** The last sequence that it is done with. */
  get position(): number {
    return this.#position;
  }

  /** Takes up where it was. A new one begins after what there is, or with it, and remembers that. */
  async open(from: "latest" | "trim-horizon"): Promise<void> {
    await this.#tables.define([positionsTable]);
    const found = await this.#tables.get(positionsTable.name, this.#key);
    if (found !== undefined) {
      const { sequence } = found;
      this.#position = sequence !== undefined && "N" in sequence ? Number(sequence.N) : 0;
      return;
    }
    await this.moveTo(from === "latest" ? await this.#lastSequence() : 0);
  }

  /** The next changes, none where there are none yet. */
  async next(maximum: number, after = this.#position): Promise<readonly Change[]> {
    const { items } = await this.#tables.query({
      table: changeJournal.name,
      key: { S: this.#table },
      sort: { op: ">", value: { N: String(after) } },
      limit: maximum,
    });
    return items.map(fromJournalItem);
  }

  async moveTo(sequence: number): Promise<void> {
    const item = { ...this.#key, sequence: { N: String(sequence) } };
    await this.#tables.write([{ kind: "put", table: positionsTable.name, item }]);
    this.#position = sequence;
  }

  /** Of what every reader is done with. */
  async forgetUntil(sequence: number): Promise<void> {
    for (;;) {
      const { items } = await this.#tables.query({
        table: changeJournal.name,
        key: { S: this.#table },
        sort: { op: "<=", value: { N: String(sequence) } },
        limit: deletedAtATime,
      });
      if (items.length === 0) return;
      const keys = items.map((item) => journalKey(fromJournalItem(item)));
      await this.#tables.write(keys.map((key) => ({ kind: "delete", table: changeJournal.name, key })));
    }
  }

  async #lastSequence(): Promise<number> {
    const { items } = await this.#tables.query({
      table: changeJournal.name,
      key: { S: this.#table },
      descending: true,
      limit: 1,
    });
    return items[0] === undefined ? 0 : fromJournalItem(items[0]).sequence;
  }
}
