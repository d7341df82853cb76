import { describe, expect, it } from "vitest";

import type { Table } from "../../src/model/app-model.ts";
import type { Item } from "../../src/model/attribute-value.ts";
import { changeJournal, fromJournalItem } from "../../src/model/change-journal.ts";
import type { Change } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { put, scanAll, startMs, table, type StoreBench } from "./table-store-fixture.ts";

const place: Item = { id: { S: "a" } };
const one: Item = { ...place, n: { N: "1" } };
const two: Item = { ...place, n: { N: "2" }, data: { B: new Uint8Array([0, 255]) } };

async function journal(store: TableStore): Promise<readonly Change[]> {
  return (await scanAll(store, changeJournal.name)).map(fromJournalItem);
}

export function describeJournal(open: () => Promise<StoreBench>): void {
  const openWith = async (stream: Table["stream"]): Promise<StoreBench> => {
    const opened = await open();
    await opened.store.define([
      table("t", { ttl: "ttl", ...(stream !== undefined && { stream }) }),
      table("u"),
    ]);
    return opened;
  };

  describe("the journal", () => {
    it("has the changes of tables with a stream, in their order", async () => {
      const { store } = await openWith("both");
      await store.write([put("t", one)]);
      await store.write([put("t", two), put("u", one)]);
      await store.write([{ kind: "delete", table: "t", key: place }]);
      const base = { table: "t", key: place, atMs: startMs };
      expect(await journal(store)).toEqual([
        { ...base, kind: "insert", new: one, sequence: 1 },
        { ...base, kind: "modify", old: one, new: two, sequence: 2 },
        { ...base, kind: "remove", old: two, sequence: 4 },
      ]);
    });

    it.each<[NonNullable<Table["stream"]>, Partial<Change>]>([
      ["keys", {}],
      ["old", { old: one }],
      ["new", { new: two }],
    ])("has of items what the stream tells: %s", async (stream, images) => {
      const { store } = await openWith(stream);
      await store.write([put("t", one)]);
      await store.write([put("t", two)]);
      const [, modified] = await journal(store);
      expect(modified).toEqual({
        table: "t",
        kind: "modify",
        key: place,
        sequence: 2,
        atMs: startMs,
        ...images,
      });
    });

    it("has nothing of what failed or changed nothing", async () => {
      const { store } = await openWith("both");
      await store.write([put("t", one)]);
      await store.write([put("t", one)]);
      const condition = { op: "not-exists", path: ["id"] } as const;
      await expect(
        store.write([put("t", { id: { S: "b" } }), { kind: "check", table: "t", key: place, condition }]),
      ).rejects.toMatchObject({ code: "CONDITION_FAILED" });
      expect(await journal(store)).toHaveLength(1);
    });

    it("tells what expired, and nothing of itself", async () => {
      const { store, clock } = await openWith("keys");
      const changes: Change[] = [];
      store.watch((change) => changes.push(change));
      await store.write([put("t", { ...one, ttl: { N: String(startMs / 1000 + 1) } })]);
      clock.advance(2_000);
      await store.write([put("t", two)]);
      expect((await journal(store)).map(({ kind, expired }) => [kind, expired])).toEqual([
        ["insert", undefined],
        ["remove", true],
        ["insert", undefined],
      ]);
      expect(changes.map((change) => change.table)).toEqual(["t", "t", "t"]);
    });

    it("begins and ends with the stream", async () => {
      const { store } = await openWith(undefined);
      await store.write([put("t", one)]);
      await store.define([table("t", { stream: "keys" })]);
      await store.write([put("t", two)]);
      await store.define([table("t")]);
      await store.write([put("t", one)]);
      expect((await journal(store)).map(({ sequence }) => sequence)).toEqual([2]);
    });

    it("keeps what nobody deletes for a day", async () => {
      const { store, clock } = await openWith("keys");
      await store.write([put("t", one)]);
      clock.advance(24 * 60 * 60 * 1000 - 1000);
      expect(await journal(store)).toHaveLength(1);
      clock.advance(3_000);
      expect(await journal(store)).toEqual([]);
    });
  });
}
