import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "../../src/model/attribute-value.ts";
import type { Condition, Write } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import {
  collectChanges,
  index,
  key,
  put,
  putAll,
  scanAll,
  table,
  type StoreBench,
} from "./table-store-fixture.ts";

const id = (text: string): Item => ({ id: { S: text } });
const absent: Condition = { op: "not-exists", path: ["id"] };
const equals = (name: string, value: AttributeValue): Condition => ({
  op: "=",
  left: { path: [name] },
  right: { value },
});
const addOne = (text: string, condition?: Condition): Write => ({
  kind: "update",
  table: "t",
  key: id(text),
  actions: [{ action: "add", path: ["n"], value: { N: "1" } }],
  ...(condition !== undefined && { condition }),
});
const remove = (text: string, condition?: Condition): Write => ({
  kind: "delete",
  table: "t",
  key: id(text),
  ...(condition !== undefined && { condition }),
});

export function describeWrites(open: () => Promise<StoreBench>): void {
  const openTable = async (): Promise<TableStore> => {
    const { store } = await open();
    await store.define([
      table("t", { indexes: [index("byGroup")] }),
      table("u", { sortKey: key("at", "number") }),
    ]);
    return store;
  };

  describe("writing items", () => {
    it("gives an item back as it was put, with numbers and sets in normal form", async () => {
      const store = await openTable();
      const item: Item = {
        id: { S: "a" },
        text: { S: "é\u{1F600}\u0000" },
        number: { N: "-12345678901234567890.123456789012345678" },
        bytes: { B: Uint8Array.of(0, 255) },
        yes: { BOOL: true },
        nothing: { NULL: true },
        texts: { SS: ["a", "b"] },
        numbers: { NS: ["-1", "2.5"] },
        blobs: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
        list: { L: [{ N: "1" }, { L: [] }, { M: {} }] },
        map: { M: { inner: { M: { deep: { S: "" } } } } },
      };
      await putAll(store, "t", [item]);
      expect(await store.get("t", id("a"))).toEqual(item);
      await putAll(store, "t", [{ ...id("a"), n: { N: "1.50e1" }, s: { SS: ["b", "a"] } }]);
      expect(await store.get("t", id("a"))).toEqual({ ...id("a"), n: { N: "15" }, s: { SS: ["a", "b"] } });
      expect(await store.get("t", id("b"))).toBeUndefined();
    });

    it("says what was there before and what is there now", async () => {
      const store = await openTable();
      const one: Item = { ...id("a"), n: { N: "1" } };
      const two: Item = { ...id("a"), n: { N: "2.0" } };
      const now: Item = { ...id("a"), n: { N: "2" } };
      const later: Item = { ...id("a"), n: { N: "3" } };
      expect(await store.write([put("t", one)])).toEqual([{ new: one }]);
      expect(await store.write([put("t", two)])).toEqual([{ old: one, new: now }]);
      expect(await store.write([addOne("a")])).toEqual([{ old: now, new: later }]);
      const check: Write = { kind: "check", table: "t", key: id("a"), condition: equals("n", { N: "3" }) };
      expect(await store.write([check])).toEqual([{ old: later }]);
      expect(await store.write([remove("a")])).toEqual([{ old: later }]);
      expect(await store.write([remove("a")])).toEqual([{}]);
      expect(await store.write([])).toEqual([]);
    });

    it("shares nothing with the caller", async () => {
      const store = await openTable();
      const bytes = Uint8Array.of(1, 2);
      const names = { inner: { S: "x" } };
      const writing = store.write([put("t", { ...id("a"), bytes: { B: bytes }, map: { M: names } })]);
      bytes[0] = 9;
      names.inner = { S: "changed" };
      const [{ new: written } = {}] = await writing;
      const expected = { ...id("a"), bytes: { B: Uint8Array.of(1, 2) }, map: { M: { inner: { S: "x" } } } };
      expect(written).toEqual(expected);
      const { B: writtenBytes } = (written ?? {})["bytes"] as { B: Uint8Array };
      writtenBytes[0] = 7;
      expect(await store.get("t", id("a"))).toEqual(expected);
    });

    it("reads a condition and an update as they were when it was called", async () => {
      const store = await openTable();
      await putAll(store, "t", [{ ...id("a"), n: { N: "1" } }]);
      const value = { N: "1" };
      const writing = store.write([
        {
          kind: "update",
          table: "t",
          key: id("a"),
          actions: [{ action: "add", path: ["n"], value }],
          condition: equals("n", value),
        },
      ]);
      value.N = "100";
      await writing;
      expect(await store.get("t", id("a"))).toEqual({ ...id("a"), n: { N: "2" } });
    });

    it("updates what is there, and makes what is not unless it only takes away", async () => {
      const store = await openTable();
      await store.write([addOne("a")]);
      await store.write([addOne("a")]);
      expect(await store.get("t", id("a"))).toEqual({ ...id("a"), n: { N: "2" } });
      const takeAway: Write = {
        kind: "update",
        table: "t",
        key: id("b"),
        actions: [{ action: "remove", path: ["n"] }],
      };
      expect(await store.write([takeAway])).toEqual([{}]);
      expect(await store.get("t", id("b"))).toBeUndefined();
      expect(await store.write([{ kind: "update", table: "t", key: id("c"), actions: [] }])).toEqual([
        { new: id("c") },
      ]);
    });

    it("carries out the requests of one caller in the order of the calls", async () => {
      const store = await openTable();
      const [, first, , second, , third] = await Promise.all([
        store.write([put("t", id("a"))]),
        store.get("t", id("a")),
        store.write([addOne("a")]),
        store.get("t", id("a")),
        store.write([remove("a")]),
        store.scan({ table: "t" }),
      ]);
      expect(first).toEqual(id("a"));
      expect(second).toEqual({ ...id("a"), n: { N: "1" } });
      expect(third.items).toEqual([]);
    });

    it("finds a number key however it is written", async () => {
      const store = await openTable();
      await putAll(store, "u", [{ ...id("a"), at: { N: "1.0" }, first: { BOOL: true } }]);
      await putAll(store, "u", [{ ...id("a"), at: { N: "1e0" } }]);
      expect(await scanAll(store, "u")).toEqual([{ ...id("a"), at: { N: "1" } }]);
      expect(await store.get("u", { ...id("a"), at: { N: "+01.00" } })).toEqual({
        ...id("a"),
        at: { N: "1" },
      });
      expect(await store.get("u", { ...id("a"), at: { N: "1.1" } })).toBeUndefined();
    });
  });

  describe("refusing writes", () => {
    const at: Item = { at: { N: "1" } };
    const refusedItems: readonly (readonly [string, Item])[] = [
      ["no key", at],
      ["a key of another type", { ...at, id: { N: "1" } }],
      ["an empty key", { ...at, id: { S: "" } }],
      ["a partition key of more than 2,048 bytes", { ...at, id: { S: "é".repeat(1_025) } }],
      ["no sort key", id("a")],
      ["a sort key of another type", { ...id("a"), at: { S: "1" } }],
      ["a malformed value", { ...id("a"), ...at, x: { N: "dog" } }],
    ];

    it.each(refusedItems)("takes no item with %s", async (_, item) => {
      const store = await openTable();
      await expect(store.write([put("u", item)])).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      expect(await scanAll(store, "u")).toEqual([]);
    });

    it.each<[string, Item]>([
      ["without a sort key", id("a")],
      ["with another attribute", { ...id("a"), ...at, x: { S: "y" } }],
      ["of another type", { ...id("a"), at: { S: "1" } }],
    ])("takes no key %s", async (_, wrong) => {
      const store = await openTable();
      await expect(store.get("u", wrong)).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      await expect(store.write([{ kind: "delete", table: "u", key: wrong }])).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
      await expect(
        store.write([{ kind: "update", table: "u", key: wrong, actions: [] }]),
      ).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
    });

    it("takes a key of 2,048 bytes, and a sort key of 1,024", async () => {
      const store = await openTable();
      await store.define([table("v", { sortKey: key("s") })]);
      const longest: Item = { id: { S: "é".repeat(1_024) }, s: { S: "x".repeat(1_024) } };
      await putAll(store, "v", [longest]);
      expect(await store.get("v", longest)).toEqual(longest);
      await expect(
        store.write([put("v", { ...longest, s: { S: "x".repeat(1_025) } })]),
      ).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
    });

    it("takes nothing in an index's key that cannot be one", async () => {
      const store = await openTable();
      for (const group of [{ N: "1" }, { S: "" }, { NULL: true }] satisfies AttributeValue[]) {
        await expect(store.write([put("t", { ...id("a"), group })])).rejects.toMatchObject({
          code: "TABLE_REQUEST_INVALID",
        });
        const set: Write = {
          kind: "update",
          table: "t",
          key: id("a"),
          actions: [{ action: "set", path: ["group"], value: { value: group } }],
        };
        await expect(store.write([set])).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      }
      expect(await scanAll(store, "t")).toEqual([]);
    });

    it("takes an item of 400 KB and none larger, put or updated", async () => {
      const store = await openTable();
      const largest: Item = { ...id("a"), x: { S: "x".repeat(409_600 - 4) } };
      await putAll(store, "t", [largest]);
      await expect(store.write([put("t", { ...largest, y: { S: "" } })])).rejects.toMatchObject({
        code: "ITEM_TOO_LARGE",
      });
      await expect(store.write([addOne("a")])).rejects.toMatchObject({ code: "ITEM_TOO_LARGE" });
      expect(await store.get("t", id("a"))).toEqual(largest);
    });

    it("takes no update of a key", async () => {
      const store = await openTable();
      await putAll(store, "t", [id("a")]);
      const update: Write = {
        kind: "update",
        table: "t",
        key: id("a"),
        actions: [{ action: "set", path: ["id"], value: { value: { S: "a" } } }],
      };
      await expect(store.write([update])).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
    });

    it("takes at most 100 writes and 4 MB in a request", async () => {
      const store = await openTable();
      const writes = Array.from({ length: 101 }, (_, at) => put("t", id(`i${at}`)));
      await expect(store.write(writes)).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      expect(await store.write(writes.slice(1))).toHaveLength(100);
      const large = Array.from({ length: 11 }, (_, at) =>
        put("t", { ...id(`l${at}`), x: { S: "x".repeat(400_000) } }),
      );
      await expect(store.write(large)).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
      expect(await store.write(large.slice(1))).toHaveLength(10);
    });

    it("takes no two writes to one item in a request", async () => {
      const store = await openTable();
      await expect(store.write([addOne("a"), remove("a")])).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
      expect(await scanAll(store, "t")).toEqual([]);
    });

    it.each<[string, unknown]>([
      ["is nothing", undefined],
      ["has no shape", [null]],
      ["is of no kind", [{ kind: "merge", table: "t" }]],
      ["has no item", [{ kind: "put", table: "t" }]],
      ["has no actions", [{ kind: "update", table: "t", key: id("a") }]],
      ["has a condition that is none", [{ ...put("t", id("a")), condition: { op: "and" } }]],
    ])("takes no request from untyped code that %s", async (_, writes) => {
      const store = await openTable();
      await expect(store.write(writes as Write[])).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
    });

    it("serves on beside requests that it refuses", async () => {
      const store = await openTable();
      const outcomes = await Promise.allSettled([
        store.write([put("t", id("a"))]),
        store.write([put("t", { id: { S: "" } })]),
        store.write([put("nowhere", id("a"))]),
        store.write([remove("a", absent)]),
        store.write([addOne("a")]),
        store.get("t", id("a")),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        "fulfilled",
        "rejected",
        "rejected",
        "rejected",
        "fulfilled",
        "fulfilled",
      ]);
      expect(outcomes[5]).toMatchObject({ value: { ...id("a"), n: { N: "1" } } });
    });
  });

  describe("conditions and several writes at once", () => {
    it("writes when the condition holds and only then", async () => {
      const store = await openTable();
      const lock: Write = { ...put("t", id("a")), condition: absent } as Write;
      await store.write([lock]);
      await expect(store.write([lock])).rejects.toMatchObject({ code: "CONDITION_FAILED" });
      await expect(store.write([addOne("a", equals("n", { N: "5" }))])).rejects.toMatchObject({
        code: "CONDITION_FAILED",
      });
      await expect(store.write([remove("a", absent)])).rejects.toMatchObject({ code: "CONDITION_FAILED" });
      expect(await store.get("t", id("a"))).toEqual(id("a"));
      await store.write([remove("a", { op: "exists", path: ["id"] })]);
      expect(await store.get("t", id("a"))).toBeUndefined();
    });

    it("writes all or nothing, over tables, and names the write whose condition failed", async () => {
      const store = await openTable();
      await putAll(store, "t", [id("a")]);
      const changes = collectChanges(store);
      const writes: Write[] = [
        put("t", id("b")),
        put("u", { ...id("b"), at: { N: "1" } }),
        remove("a"),
        { kind: "check", table: "t", key: id("c"), condition: { op: "exists", path: ["id"] } },
      ];
      await expect(store.write(writes)).rejects.toMatchObject({ code: "CONDITION_FAILED", index: 3 });
      expect(await scanAll(store, "t")).toEqual([id("a")]);
      expect(await scanAll(store, "u")).toEqual([]);
      expect(changes).toEqual([]);
      await store.write(writes.slice(0, 3));
      expect(await scanAll(store, "t")).toEqual([id("b")]);
      expect(await scanAll(store, "u")).toHaveLength(1);
    });

    it("writes nothing when one of several is refused for its form", async () => {
      const store = await openTable();
      const tooLarge = put("t", { ...id("b"), x: { S: "x".repeat(500_000) } });
      await expect(store.write([put("t", id("a")), tooLarge])).rejects.toMatchObject({
        code: "ITEM_TOO_LARGE",
      });
      const broken: Write = {
        kind: "update",
        table: "t",
        key: id("c"),
        actions: [{ action: "set", path: ["x", 0], value: { value: { S: "" } } }],
      };
      await expect(store.write([put("t", id("a")), broken])).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
      expect(await scanAll(store, "t")).toEqual([]);
    });

    it("tests every write against what was there before the request", async () => {
      const store = await openTable();
      await putAll(store, "t", [{ ...id("a"), n: { N: "1" } }]);
      const move: Write[] = [
        addOne("a", equals("n", { N: "1" })),
        { kind: "check", table: "t", key: id("b"), condition: absent },
      ];
      await store.write(move);
      expect(await store.get("t", id("a"))).toMatchObject({ n: { N: "2" } });
    });
  });
}
