import { describe, expect, it } from "vitest";

import type { Item } from "../../src/model/attribute-value.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import {
  collectChanges,
  index,
  key,
  put,
  putAll,
  scanAll,
  startMs,
  table,
  type StoreBench,
} from "./table-store-fixture.ts";

const groupOf = async (store: TableStore, group: string): Promise<readonly Item[]> =>
  (await store.query({ table: "t", index: "byGroup", key: { S: group } })).items;

const grouped = (id: string, group: string): Item => ({ id: { S: id }, group: { S: group } });

export function describeDefinitions(open: () => Promise<StoreBench>): void {
  describe("defining tables", () => {
    it("refuses every request to a table that is not defined", async () => {
      const { store } = await open();
      const id = { id: { S: "a" } };
      await expect(store.get("t", id)).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      await expect(store.write([put("t", id)])).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      await expect(store.query({ table: "t", key: { S: "a" } })).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
      await expect(store.scan({ table: "t" })).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
    });

    it("keeps what is there when tables are defined again, and tables that are not named", async () => {
      const { store } = await open();
      await store.define([table("t"), table("other")]);
      await putAll(store, "t", [grouped("a", "x")]);
      await putAll(store, "other", [{ id: { S: "b" } }]);
      await store.define([table("t")]);
      await store.define([]);
      expect(await scanAll(store, "t")).toEqual([grouped("a", "x")]);
      expect(await scanAll(store, "other")).toEqual([{ id: { S: "b" } }]);
    });

    it("refuses another key for a table that holds items, and then changes nothing at all", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      await putAll(store, "t", [grouped("a", "x")]);
      for (const changed of [
        table("t", { key: key("group") }),
        table("t", { key: key("id", "number") }),
        table("t", { sortKey: key("group") }),
      ]) {
        await expect(store.define([table("new"), changed])).rejects.toMatchObject({
          code: "TABLE_SCHEMA_CHANGED",
        });
      }
      await expect(store.scan({ table: "new" })).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      expect(await store.get("t", { id: { S: "a" } })).toEqual(grouped("a", "x"));
    });

    it("lets an empty table take another key", async () => {
      const { store } = await open();
      await store.define([table("t", { indexes: [index("byGroup")] })]);
      await putAll(store, "t", [grouped("a", "x")]);
      await store.write([{ kind: "delete", table: "t", key: { id: { S: "a" } } }]);
      await store.define([table("t", { key: key("n", "number"), sortKey: key("b", "binary") })]);
      const item: Item = { n: { N: "1" }, b: { B: Uint8Array.of(1) } };
      await putAll(store, "t", [item]);
      expect(await store.get("t", item)).toEqual(item);
    });

    it("refuses two tables of one name", async () => {
      const { store } = await open();
      await expect(store.define([table("t"), table("t")])).rejects.toMatchObject({ code: "TABLE_INVALID" });
    });

    it("fills a new index from what is there, leaving out what cannot stand in it", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      await putAll(store, "t", [
        grouped("a", "x"),
        grouped("b", "y"),
        grouped("c", "x"),
        { id: { S: "d" } },
        { id: { S: "e" }, group: { N: "1" } },
        { id: { S: "f" }, group: { S: "" } },
      ]);
      await store.define([table("t", { indexes: [index("byGroup")] })]);
      expect(await groupOf(store, "x")).toEqual([grouped("a", "x"), grouped("c", "x")]);
      expect((await store.scan({ table: "t", index: "byGroup" })).items).toHaveLength(3);
      expect(await scanAll(store, "t")).toHaveLength(6);
    });

    it("fills a new index from more items than are read at a time", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      const items = Array.from({ length: 2_500 }, (_, at) => grouped(`i${at}`, `g${at % 2}`));
      await putAll(store, "t", items);
      await store.define([table("t", { indexes: [index("byGroup", { projection: "keys-only" })] })]);
      expect(await groupOf(store, "g1")).toHaveLength(1_250);
    });

    it("drops an index, and refuses to read it then", async () => {
      const { store } = await open();
      await store.define([table("t", { indexes: [index("byGroup")] })]);
      await putAll(store, "t", [grouped("a", "x")]);
      await store.define([table("t")]);
      await expect(groupOf(store, "x")).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      expect(await scanAll(store, "t")).toEqual([grouped("a", "x")]);
    });

    it("builds an index anew when its key changes, and shows more or less when its projection does", async () => {
      const { store } = await open();
      await store.define([table("t", { indexes: [index("byGroup")] })]);
      const item: Item = { ...grouped("a", "x"), owner: { S: "me" }, note: { S: "hi" } };
      await putAll(store, "t", [item]);
      await store.define([
        table("t", { indexes: [index("byGroup", { key: key("owner"), projection: ["note"] })] }),
      ]);
      expect(await groupOf(store, "x")).toEqual([]);
      const { group: _, ...shown } = item;
      expect(await groupOf(store, "me")).toEqual([shown]);
      await store.define([table("t", { indexes: [index("byGroup", { key: key("owner") })] })]);
      expect(await groupOf(store, "me")).toEqual([item]);
    });

    it("lets items expire by the attribute named last", async () => {
      const { store } = await open();
      const past = String(startMs / 1000 - 60);
      await store.define([table("t", { ttl: "one" })]);
      await putAll(store, "t", [
        { id: { S: "a" }, two: { N: past } },
        { id: { S: "b" }, one: { N: past } },
      ]);
      expect(await scanAll(store, "t")).toHaveLength(1);
      await store.define([table("t", { ttl: "two" })]);
      expect(await scanAll(store, "t")).toEqual([{ id: { S: "b" }, one: { N: past } }]);
      await store.define([table("t")]);
      expect(await scanAll(store, "t")).toHaveLength(2);
    });
  });

  describe("closing", () => {
    it("finishes what was asked before, refuses what comes after, and may be called twice", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      const writes = Array.from({ length: 500 }, (_, at) => store.write([put("t", grouped(`i${at}`, "x"))]));
      const closing = store.close();
      await expect(Promise.all(writes)).resolves.toHaveLength(500);
      await closing;
      await store.close();
      await expect(store.get("t", { id: { S: "i1" } })).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(store.define([])).rejects.toMatchObject({ code: "STORE_FAILED" });
    });

    it("leaves tables, items, indexes and the count of changes to the next that opens", async ({ skip }) => {
      const { store, reopen } = await open();
      if (reopen === undefined) return skip("this store leaves nothing");
      await store.define([table("t", { indexes: [index("byGroup")] }), table("u")]);
      const before = collectChanges(store);
      await putAll(store, "t", [grouped("a", "x"), grouped("b", "x")]);
      const next = await reopen();
      expect(await groupOf(next, "x")).toEqual([grouped("a", "x"), grouped("b", "x")]);
      expect(await scanAll(next, "u")).toEqual([]);
      const after = collectChanges(next);
      await putAll(next, "t", [grouped("c", "x")]);
      expect([...before, ...after].map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      expect(await groupOf(next, "x")).toHaveLength(3);
      await expect(next.define([table("t", { key: key("other") })])).rejects.toMatchObject({
        code: "TABLE_SCHEMA_CHANGED",
      });
    });
  });
}
