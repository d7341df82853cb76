import { describe, expect, it } from "vitest";

import type { Item } from "../../src/model/attribute-value.ts";
import type { Change, Write } from "../../src/model/table-request.ts";
import { collectChanges, key, put, putAll, startMs, table, type StoreBench } from "./table-store-fixture.ts";

const one: Item = { id: { S: "a" }, at: { N: "1" }, n: { N: "1" } };
const two: Item = { ...one, n: { N: "2" } };
const place: Item = { id: { S: "a" }, at: { N: "1" } };
const remove: Write = { kind: "delete", table: "t", key: place };

export function describeChanges(open: () => Promise<StoreBench>): void {
  const openWatched = async (): Promise<StoreBench & { readonly changes: readonly Change[] }> => {
    const opened = await open();
    await opened.store.define([table("t", { sortKey: key("at", "number") })]);
    return { ...opened, changes: collectChanges(opened.store) };
  };

  describe("watching", () => {
    it("tells what was inserted, modified and removed, with the item before and after", async () => {
      const { store, clock, changes } = await openWatched();
      await store.write([put("t", one)]);
      clock.advance(1_000);
      await store.write([put("t", two)]);
      await store.write([remove]);
      expect(changes).toEqual([
        { table: "t", kind: "insert", key: place, new: one, sequence: 1, atMs: startMs },
        { table: "t", kind: "modify", key: place, old: one, new: two, sequence: 2, atMs: startMs + 1_000 },
        { table: "t", kind: "remove", key: place, old: two, sequence: 3, atMs: startMs + 1_000 },
      ]);
    });

    it("tells of a write before the write's promise settles", async () => {
      const { store, changes } = await openWatched();
      const seen: number[] = [];
      await Promise.all(
        Array.from({ length: 50 }, async (_, at) => {
          await store.write([put("t", { ...place, at: { N: String(at) } })]);
          seen.push(changes.findIndex(({ new: item }) => JSON.stringify(item?.["at"]) === `{"N":"${at}"}`));
        }),
      );
      expect(seen).toEqual(Array.from({ length: 50 }, (_, at) => at));
      expect(changes.map(({ sequence }) => sequence)).toEqual(seen.map((at) => at + 1));
    });

    it("tells nothing of what failed, only tested or changed nothing", async () => {
      const { store, changes } = await openWatched();
      await store.write([put("t", one)]);
      await expect(
        store.write([{ ...remove, condition: { op: "not-exists", path: ["id"] } } as Write]),
      ).rejects.toMatchObject({ code: "CONDITION_FAILED" });
      await store.write([
        { kind: "check", table: "t", key: place, condition: { op: "exists", path: ["id"] } },
      ]);
      await store.write([put("t", { n: { N: "1.0" }, at: { N: "1e0" }, id: { S: "a" } })]);
      await store.write([
        { kind: "update", table: "t", key: place, actions: [{ action: "remove", path: ["x"] }] },
      ]);
      await store.write([{ ...remove, key: { ...place, at: { N: "2" } } } as Write]);
      await store.write([put("t", two)]);
      expect(changes.map(({ kind, sequence }) => [kind, sequence])).toEqual([
        ["insert", 1],
        ["modify", 2],
      ]);
    });

    it("tells of several writes in their order", async () => {
      const { store, changes } = await openWatched();
      await putAll(store, "t", [one]);
      await store.write([
        put("t", { ...place, at: { N: "3" } }),
        remove,
        put("t", { ...place, at: { N: "2" } }),
      ]);
      expect(changes.map(({ kind, key: { at } }) => [kind, at])).toEqual([
        ["insert", { N: "1" }],
        ["insert", { N: "3" }],
        ["remove", { N: "1" }],
        ["insert", { N: "2" }],
      ]);
    });

    it("tells from the call on, counting what was not watched, until it is ended", async () => {
      const { store } = await open();
      await store.define([table("t", { sortKey: key("at", "number") })]);
      await store.write([put("t", one)]);
      const changes: Change[] = [];
      const stop = store.watch((change) => changes.push(change));
      await store.write([put("t", two)]);
      stop();
      await store.write([remove]);
      expect(changes.map(({ sequence }) => sequence)).toEqual([2]);
    });

    it("goes on when a listener throws", async () => {
      const { store, log } = await openWatched();
      const stop = store.watch(() => {
        throw new Error("mine");
      });
      const changes = collectChanges(store);
      await store.write([put("t", one)]);
      stop();
      expect(changes).toHaveLength(1);
      expect(log.entries).toMatchObject([{ level: "error", event: "table.listener-failed" }]);
    });

    it("keeps the order when a listener writes", async () => {
      const { store, changes } = await openWatched();
      const written: Promise<unknown>[] = [];
      store.watch(({ kind }) => {
        if (kind === "insert") written.push(store.write([put("t", two)]));
      });
      await store.write([put("t", one)]);
      await Promise.all(written);
      expect(changes.map(({ kind }) => kind)).toEqual(["insert", "modify"]);
    });
  });
}
