import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "../../src/model/attribute-value.ts";
import type { QueryRequest, SortCondition } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { index, key, putAll, readAll, scanAll, table, type StoreBench } from "./table-store-fixture.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const move = (at: number, more: Item = {}): Item => ({ id: { S: "g" }, at: { N: String(at) }, ...more });

const ordered = {
  string: ["", "A", "a", "a\u0000", "aa", "b", "é", "\uFF5E", "\u{1F600}"].slice(1).map((S) => ({ S })),
  number: ["-1e125", "-10", "-9.5", "-0.1", "0", "1e-130", "0.1", "2", "10", "1e125"].map((N) => ({ N })),
  binary: [bytes(0), bytes(0, 0), bytes(1), bytes(1, 255), bytes(127), bytes(128), bytes(255)].map((B) => ({
    B,
  })),
} as const satisfies Record<string, readonly AttributeValue[]>;

export function describePages(open: () => Promise<StoreBench>): void {
  describe("querying", () => {
    const openMoves = async (count: number, more: (at: number) => Item = () => ({})): Promise<TableStore> => {
      const { store } = await open();
      await store.define([table("t", { sortKey: key("at", "number") })]);
      await putAll(
        store,
        "t",
        Array.from({ length: count }, (_, at) => move(at, more(at))),
      );
      await putAll(store, "t", [
        { ...move(0), id: { S: "f" } },
        { ...move(0), id: { S: "h" } },
      ]);
      return store;
    };
    const positions = (items: readonly Item[]): number[] =>
      items.map((item) => Number((item["at"] as { N: string }).N));
    const query = async (store: TableStore, more: Partial<QueryRequest> = {}): Promise<number[]> =>
      positions((await store.query({ table: "t", key: { S: "g" }, ...more })).items);

    it.each(["string", "number", "binary"] as const)(
      "gives items in the order of a %s sort key",
      async (type) => {
        const { store } = await open();
        await store.define([table("t", { sortKey: key("at", type) })]);
        const values: readonly AttributeValue[] = ordered[type];
        const items = values.map((at): Item => ({ id: { S: "g" }, at }));
        await putAll(store, "t", items.toReversed());
        const read = await store.query({ table: "t", key: { S: "g" } });
        const inNormalForm = await Promise.all(items.map((item) => store.get("t", item)));
        expect(read.items).toEqual(inNormalForm);
        const backwards = await store.query({ table: "t", key: { S: "g" }, descending: true });
        expect(backwards.items).toEqual(inNormalForm.toReversed());
      },
    );

    it("gives the one partition, and nothing where there is none", async () => {
      const store = await openMoves(3);
      expect(await store.query({ table: "t", key: { S: "g" } })).toEqual({
        items: [move(0), move(1), move(2)],
        scanned: 3,
      });
      expect(await store.query({ table: "t", key: { S: "z" } })).toEqual({ items: [], scanned: 0 });
    });

    it.each<[SortCondition, number[]]>([
      [{ op: "=", value: { N: "2.0" } }, [2]],
      [{ op: "<", value: { N: "2" } }, [0, 1]],
      [{ op: "<=", value: { N: "2" } }, [0, 1, 2]],
      [{ op: ">", value: { N: "2" } }, [3, 4]],
      [{ op: ">=", value: { N: "2.5" } }, [3, 4]],
      [{ op: "between", low: { N: "1" }, high: { N: "3" } }, [1, 2, 3]],
      [{ op: "=", value: { N: "9" } }, []],
    ])("narrows by the sort key: %j", async (sort, expected) => {
      const store = await openMoves(5);
      expect(await query(store, { sort })).toEqual(expected);
      expect(await query(store, { sort, descending: true })).toEqual(expected.toReversed());
      const paged = await readAll((start) =>
        store.query({ table: "t", key: { S: "g" }, sort, limit: 1, ...(start !== undefined && { start }) }),
      );
      expect(positions(paged)).toEqual(expected);
    });

    it("finds what begins with text or bytes, those that end the order included", async () => {
      const { store } = await open();
      await store.define([table("s", { sortKey: key("at") }), table("b", { sortKey: key("at", "binary") })]);
      const texts = ["a", "ab", "abc", "ac", "b", "\u{10FFFF}", "\u{10FFFF}z"];
      await putAll(
        store,
        "s",
        texts.map((S) => ({ id: { S: "g" }, at: { S } })),
      );
      const blobs = [bytes(1), bytes(1, 255), bytes(2), bytes(255), bytes(255, 255), bytes(255, 255, 1)];
      await putAll(
        store,
        "b",
        blobs.map((B) => ({ id: { S: "g" }, at: { B } })),
      );
      const beginning = async (name: string, value: AttributeValue): Promise<unknown[]> => {
        const { items } = await store.query({
          table: name,
          key: { S: "g" },
          sort: { op: "begins-with", value },
        });
        return items.map((item) => Object.values(item["at"] ?? {})[0]);
      };
      expect(await beginning("s", { S: "ab" })).toEqual(["ab", "abc"]);
      expect(await beginning("s", { S: "\u{10FFFF}" })).toEqual(["\u{10FFFF}", "\u{10FFFF}z"]);
      expect(await beginning("b", { B: bytes(1) })).toEqual([bytes(1), bytes(1, 255)]);
      expect(await beginning("b", { B: bytes(255, 255) })).toEqual([bytes(255, 255), bytes(255, 255, 1)]);
      expect(await beginning("b", { B: bytes(1, 255) })).toEqual([bytes(1, 255)]);
    });

    it("pages by the limit, in both directions, over items that go and come meanwhile", async () => {
      const store = await openMoves(6);
      const first = await store.query({ table: "t", key: { S: "g" }, limit: 2 });
      expect(first).toEqual({ items: [move(0), move(1)], scanned: 2, next: move(1) });
      await store.write([{ kind: "delete", table: "t", key: move(1) }]);
      await putAll(store, "t", [move(1.5)]);
      expect(await query(store, { limit: 2, start: move(1) })).toEqual([1.5, 2]);
      expect(await query(store, { descending: true, limit: 2 })).toEqual([5, 4]);
      expect(await query(store, { descending: true, limit: 2, start: move(4) })).toEqual([3, 2]);
      const last = await store.query({ table: "t", key: { S: "g" }, start: move(4), limit: 2 });
      expect(last).toEqual({ items: [move(5)], scanned: 1 });
    });

    it("counts the limit before the filter, so that a page may be short though there is more", async () => {
      const store = await openMoves(6, (at) => ({ odd: { BOOL: at % 2 === 1 } }));
      const filter = { op: "=", left: { path: ["odd"] }, right: { value: { BOOL: true } } } as const;
      const page = await store.query({ table: "t", key: { S: "g" }, filter, limit: 3 });
      expect(positions(page.items)).toEqual([1]);
      expect(page).toMatchObject({ scanned: 3, next: move(2) });
      expect(await query(store, { filter, start: page.next ?? {} })).toEqual([3, 5]);
    });

    it("ends a page at about 1 MB", async () => {
      const store = await openMoves(9, () => ({ x: { S: "x".repeat(300_000) } }));
      const page = await store.query({ table: "t", key: { S: "g" } });
      expect(page.items).toHaveLength(4);
      expect(page.next).toEqual(move(3));
      const everything = await readAll((start) =>
        store.query({ table: "t", key: { S: "g" }, ...(start !== undefined && { start }) }),
      );
      expect(positions(everything)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it.each<[string, Partial<QueryRequest>]>([
      ["a key of another type", { key: { N: "1" } }],
      ["an empty key", { key: { S: "" } }],
      ["a malformed key", { key: { N: "x", S: "y" } as unknown as AttributeValue }],
      ["an unknown index", { index: "byMood" }],
      ["a sort value of another type", { sort: { op: "=", value: { S: "1" } } }],
      ["a beginning of a number", { sort: { op: "begins-with", value: { N: "1" } } }],
      ["bounds the wrong way round", { sort: { op: "between", low: { N: "2" }, high: { N: "1" } } }],
      ["an unknown narrowing", { sort: { op: "<>", value: { N: "2" } } as unknown as SortCondition }],
      ["a limit of nothing", { limit: 0 }],
      ["a limit between two", { limit: 1.5 }],
      ["a start without the sort key", { start: { id: { S: "g" } } }],
      ["a start that is more than a key", { start: move(1, { x: { S: "y" } }) }],
      ["a start in another partition", { start: { ...move(1), id: { S: "f" } } }],
      ["a filter that is none", { filter: { op: "exists", path: [] } as never }],
    ])("refuses %s", async (_, more) => {
      const store = await openMoves(1);
      await expect(store.query({ table: "t", key: { S: "g" }, ...more })).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
    });

    it("refuses to narrow where there is no sort key", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      const sort: SortCondition = { op: "=", value: { N: "1" } };
      await expect(store.query({ table: "t", key: { S: "g" }, sort })).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
    });
  });

  describe("scanning", () => {
    it("gives every item once, always in one order, whatever the page's length", async () => {
      const { store } = await open();
      await store.define([table("t", { sortKey: key("at", "number") })]);
      const items = Array.from({ length: 30 }, (_, at): Item => ({
        id: { S: `g${at % 7}` },
        at: { N: String(at) },
      }));
      await putAll(store, "t", items);
      const everything = await scanAll(store, "t");
      expect(new Set(everything.map((item) => JSON.stringify(item)))).toEqual(
        new Set(items.map((item) => JSON.stringify(item))),
      );
      for (const limit of [1, 7, 30, 31]) {
        const paged = await readAll((start) =>
          store.scan({ table: "t", limit, ...(start !== undefined && { start }) }),
        );
        expect(paged).toEqual(everything);
      }
    });

    it("filters, and says how many it read", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      await putAll(
        store,
        "t",
        ["a", "b", "c"].map((S) => ({ id: { S } })),
      );
      const filter = { op: "=", left: { path: ["id"] }, right: { value: { S: "b" } } } as const;
      expect(await store.scan({ table: "t", filter })).toEqual({ items: [{ id: { S: "b" } }], scanned: 3 });
    });

    it("ends a page at about 1 MB", async () => {
      const { store } = await open();
      await store.define([table("t")]);
      await putAll(
        store,
        "t",
        Array.from({ length: 7 }, (_, at) => ({ id: { S: `i${at}` }, x: { B: new Uint8Array(390_000) } })),
      );
      expect((await store.scan({ table: "t" })).items).toHaveLength(3);
      expect(await scanAll(store, "t")).toHaveLength(7);
    });
  });

  describe("reading by an index", () => {
    const byGroup = index("byGroup", { sortKey: key("rank", "number") });
    const player = (id: string, group: string, rank: number, more: Item = {}): Item => ({
      id: { S: id },
      group: { S: group },
      rank: { N: String(rank) },
      ...more,
    });
    const players = [
      player("d", "x", 1, { note: { S: "hi" } }),
      player("a", "x", 2),
      player("c", "x", 1),
      player("b", "x", -1),
      player("e", "y", 1),
    ];
    const openPlayers = async (): Promise<TableStore> => {
      const { store } = await open();
      await store.define([
        table("t", {
          indexes: [
            byGroup,
            { ...byGroup, name: "bare", projection: "keys-only" },
            { ...byGroup, name: "notes", projection: ["note"] },
          ],
        }),
      ]);
      await putAll(store, "t", [...players, { id: { S: "f" } }, { id: { S: "g" }, group: { S: "x" } }]);
      return store;
    };
    const inGroup = (store: TableStore, more: Partial<QueryRequest> = {}) =>
      store.query({ table: "t", index: "byGroup", key: { S: "x" }, ...more });
    const names = (items: readonly Item[]): string => items.map(({ id }) => (id as { S: string }).S).join("");

    it("holds what has all of the index's key, in its order, equal keys in the table's", async () => {
      const store = await openPlayers();
      expect(names((await inGroup(store)).items)).toBe("bcda");
      expect(names((await inGroup(store, { descending: true })).items)).toBe("adcb");
      expect(names((await inGroup(store, { sort: { op: "=", value: { N: "1" } } })).items)).toBe("cd");
      expect(names((await store.scan({ table: "t", index: "byGroup" })).items)).toBe("bcdae");
    });

    it("pages with the keys of the table and of the index", async () => {
      const store = await openPlayers();
      const first = await inGroup(store, { limit: 2 });
      expect(first.next).toEqual(player("c", "x", 1));
      expect(names((await inGroup(store, { limit: 9, start: first.next ?? {} })).items)).toBe("da");
      const sort = { op: ">=", value: { N: "1" } } as const;
      for (const [descending, expected] of [
        [false, "cda"],
        [true, "adc"],
      ] as const) {
        const paged = await readAll((start) =>
          inGroup(store, { sort, descending, limit: 1, ...(start !== undefined && { start }) }),
        );
        expect(names(paged)).toBe(expected);
      }
      const scanned = await readAll((start) =>
        store.scan({ table: "t", index: "byGroup", limit: 1, ...(start !== undefined && { start }) }),
      );
      expect(names(scanned)).toBe("bcdae");
      await expect(inGroup(store, { start: { id: { S: "c" } } })).rejects.toMatchObject({
        code: "TABLE_REQUEST_INVALID",
      });
    });

    it("shows what is projected, and filters by nothing else", async () => {
      const store = await openPlayers();
      const sort = { op: "=", value: { N: "1" } } as const;
      const { note: _, ...bare } = player("d", "x", 1);
      expect((await inGroup(store, { index: "bare", sort })).items).toEqual([player("c", "x", 1), bare]);
      expect((await inGroup(store, { index: "notes", sort })).items[1]).toEqual(players[0]);
      const filter = { op: "exists", path: ["note"] } as const;
      expect(await inGroup(store, { index: "bare", filter })).toMatchObject({ items: [], scanned: 4 });
      expect((await inGroup(store, { index: "notes", filter })).items).toEqual([players[0]]);
    });

    it("follows what becomes of the items", async () => {
      const store = await openPlayers();
      const set = (id: string, name: string, value: AttributeValue) =>
        store.write([
          {
            kind: "update",
            table: "t",
            key: { id: { S: id } },
            actions: [{ action: "set", path: [name], value: { value } }],
          },
        ]);
      await set("b", "rank", { N: "9" });
      await set("e", "group", { S: "x" });
      await set("c", "note", { S: "stays" });
      await store.write([
        {
          kind: "update",
          table: "t",
          key: { id: { S: "a" } },
          actions: [{ action: "remove", path: ["rank"] }],
        },
      ]);
      expect(names((await inGroup(store)).items)).toBe("cdeb");
      expect((await inGroup(store)).items[0]).toEqual(player("c", "x", 1, { note: { S: "stays" } }));
      await store.write([{ kind: "delete", table: "t", key: { id: { S: "d" } } }]);
      await putAll(store, "t", [player("c", "y", 1)]);
      expect(names((await inGroup(store)).items)).toBe("eb");
      expect(names((await inGroup(store, { key: { S: "y" } })).items)).toBe("c");
    });
  });
}
