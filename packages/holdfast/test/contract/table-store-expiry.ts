import { describe, expect, it } from "vitest";

import type { Item } from "../../src/model/attribute-value.ts";
import type { Condition } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { sweepIntervalMs, sweepItems } from "../../src/stores/sweeper.ts";
import {
  collectChanges,
  eventually,
  index,
  put,
  putAll,
  scanAll,
  startMs,
  table,
  type StoreBench,
} from "./table-store-fixture.ts";

const second = 1_000;
const startSeconds = startMs / second;
const fiveYearsSeconds = 5 * 365.25 * 24 * 60 * 60;
const session = (id: string, ttl: number | string): Item => ({
  id: { S: id },
  group: { S: "x" },
  ttl: { N: String(ttl) },
});
const exists: Condition = { op: "exists", path: ["id"] };

export function describeExpiry(open: () => Promise<StoreBench>): void {
  const openSessions = async (): Promise<StoreBench> => {
    const opened = await open();
    await opened.store.define([table("t", { ttl: "ttl", indexes: [index("byGroup")] })]);
    return opened;
  };
  const ids = (items: readonly Item[]): string => items.map(({ id }) => (id as { S: string }).S).join("");

  describe("expiry", () => {
    it("returns nothing that has expired, from anywhere", async () => {
      const { store, clock } = await openSessions();
      await putAll(store, "t", [session("a", startSeconds + 10), session("b", startSeconds + 20)]);
      const everywhere = async (): Promise<string[]> => [
        ids(await scanAll(store, "t")),
        ids((await store.scan({ table: "t", index: "byGroup" })).items),
        ids((await store.query({ table: "t", index: "byGroup", key: { S: "x" } })).items),
        ids((await store.query({ table: "t", key: { S: "a" } })).items),
        (await store.get("t", { id: { S: "a" } })) === undefined ? "" : "a",
      ];
      expect(await everywhere()).toEqual(["ab", "ab", "ab", "a", "a"]);
      clock.advance(10 * second);
      expect(await everywhere()).toEqual(["ab", "ab", "ab", "a", "a"]);
      clock.advance(1);
      expect(await everywhere()).toEqual(["b", "b", "b", "", ""]);
    });

    it("counts no expired item into a page", async () => {
      const { store } = await openSessions();
      await putAll(store, "t", [
        session("a", startSeconds - 1),
        session("b", startSeconds + 9),
        session("c", startSeconds + 9),
      ]);
      const page = await store.query({ table: "t", index: "byGroup", key: { S: "x" }, limit: 1 });
      expect(page).toMatchObject({ items: [{ id: { S: "b" } }], scanned: 1 });
    });

    it("ignores times that are no numbers, or lie more than five years back", async () => {
      const { store } = await openSessions();
      await putAll(store, "t", [
        { id: { S: "a" }, ttl: { S: String(startSeconds - 10) } },
        { id: { S: "b" } },
        session("c", startSeconds - fiveYearsSeconds - 1),
        session("d", 0),
        session("e", "9e100"),
        session("f", `${startSeconds / 100 - 1}e2`),
        session("g", `${startSeconds - 1}.5`),
      ]);
      expect(ids(await scanAll(store, "t"))).toBe("abcde");
    });

    it("takes an expired item for absent in conditions, updates and results", async () => {
      const { store } = await openSessions();
      const gone = session("a", startSeconds - 1);
      await putAll(store, "t", [gone]);
      await expect(store.write([{ ...put("t", gone), condition: exists } as never])).rejects.toMatchObject({
        code: "CONDITION_FAILED",
      });
      await expect(
        store.write([{ kind: "check", table: "t", key: { id: { S: "a" } }, condition: exists }]),
      ).rejects.toMatchObject({ code: "CONDITION_FAILED" });
      expect(await store.write([{ kind: "delete", table: "t", key: { id: { S: "a" } } }])).toEqual([{}]);
      await putAll(store, "t", [gone]);
      const updated = { id: { S: "a" }, n: { N: "1" } };
      expect(
        await store.write([
          {
            kind: "update",
            table: "t",
            key: { id: { S: "a" } },
            actions: [{ action: "add", path: ["n"], value: { N: "1" } }],
            condition: { op: "not-exists", path: ["id"] },
          },
        ]),
      ).toEqual([{ new: updated }]);
      expect(await store.get("t", { id: { S: "a" } })).toEqual(updated);
      expect((await store.scan({ table: "t", index: "byGroup" })).items).toEqual([]);
    });

    it("sweeps expired items away, each with a change that says so", async () => {
      const { store, clock } = await openSessions();
      const changes = collectChanges(store);
      await putAll(store, "t", [session("a", startSeconds + 1), session("b", startSeconds + 100)]);
      clock.advance(sweepIntervalMs);
      await eventually(() => changes.length === 3);
      expect(changes[2]).toEqual({
        table: "t",
        kind: "remove",
        key: { id: { S: "a" } },
        old: session("a", startSeconds + 1),
        sequence: 3,
        atMs: startMs + sweepIntervalMs,
        expired: true,
      });
      await store.define([table("t")]);
      expect(ids(await scanAll(store, "t"))).toBe("b");
    });

    it("sweeps what a store that was opened again finds expired", async ({ skip }) => {
      const { store, reopen, clock } = await openSessions();
      if (reopen === undefined) return skip("this store leaves nothing");
      await putAll(store, "t", [session("a", startSeconds + 1)]);
      const next = await reopen();
      const changes = collectChanges(next);
      clock.advance(sweepIntervalMs);
      await eventually(() => changes.length === 1);
      expect(changes[0]).toMatchObject({ kind: "remove", expired: true });
    });

    it("sweeps more than one sweep takes, one sweep after the other", async () => {
      const { store, clock } = await openSessions();
      const changes = collectChanges(store);
      const count = sweepItems + 10;
      await putAll(
        store,
        "t",
        Array.from({ length: count }, (_, at) => session(`i${at}`, startSeconds + 1)),
      );
      clock.advance(sweepIntervalMs);
      await eventually(() => {
        clock.advance(0);
        return changes.length === 2 * count;
      });
      expect(changes.slice(count).every(({ expired }) => expired === true)).toBe(true);
    });

    it("records that an item expired before it records what was written in its place", async () => {
      const { store } = await openSessions();
      const gone = session("a", startSeconds - 1);
      await putAll(store, "t", [gone]);
      const changes = collectChanges(store);
      const now = session("a", startSeconds + 100);
      expect(await store.write([put("t", now)])).toEqual([{ new: now }]);
      expect(changes).toMatchObject([
        { kind: "remove", old: gone, expired: true, sequence: 2 },
        { kind: "insert", new: now, sequence: 3 },
      ]);
      expect(changes[0]).not.toHaveProperty("new");
      expect(changes[1]).not.toHaveProperty("old");
      await store.write([put("t", gone)]);
      await store.write([{ kind: "delete", table: "t", key: { id: { S: "a" } } }]);
      expect(changes.slice(2)).toMatchObject([
        { kind: "modify" },
        { kind: "remove", old: gone, expired: true },
      ]);
    });
  });

  it("leaves expired items alone where a condition failed", async () => {
    const { store } = await openSessions();
    await putAll(store, "t", [session("a", startSeconds - 1)]);
    const changes = collectChanges(store);
    await expect(
      store.write([{ kind: "delete", table: "t", key: { id: { S: "a" } }, condition: exists }]),
    ).rejects.toMatchObject({ code: "CONDITION_FAILED" });
    expect(changes).toEqual([]);
    await restored(store);
  });
}

/** Without expiry the item shows again: it had not been touched. */
async function restored(store: TableStore): Promise<void> {
  await store.define([table("t")]);
  expect(await scanAll(store, "t")).toHaveLength(1);
}
