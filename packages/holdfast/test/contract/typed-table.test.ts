import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Table as TableModel } from "../../src/model/app-model.ts";
import { createTable, type Table } from "../../src/runtime/table-client.ts";
import { createMemoryTableStore } from "../../src/stores/memory/table-store.ts";
import { tableOperations } from "../../src/targets/local/resources/table.ts";

interface Move {
  game: string;
  at: number;
  by?: string;
  tile?: string;
  tags?: Set<string>;
  count?: number;
}

const model: TableModel = {
  name: "moves",
  key: { name: "game", type: "string" },
  sortKey: { name: "at", type: "number" },
  indexes: [
    {
      name: "byPlayer",
      key: { name: "by", type: "string" },
      sortKey: { name: "at", type: "number" },
      projection: "all",
    },
  ],
  retain: false,
};

/** A typed table over the reference store, by the way that a handler's calls go. */
async function makeTable(): Promise<Table<Move, "game" | "at">> {
  const tables = createMemoryTableStore({ clock: systemClock, log: silentLog });
  await tables.define([model]);
  const operations = tableOperations(tables, "moves");
  return createTable<Move, "game" | "at">(model, {
    call: async (_resource, operation, argument) =>
      operations[operation]?.(argument as Record<string, unknown>),
  });
}

test("what was put is got, changed and deleted, each answering with the item", async () => {
  const moves = await makeTable();
  await moves.put({ game: "g", at: 1, by: "ann", tags: new Set(["first"]) });

  expect(await moves.get({ game: "g", at: 1 })).toEqual({
    game: "g",
    at: 1,
    by: "ann",
    tags: new Set(["first"]),
  });
  expect(await moves.get({ game: "g", at: 2 })).toBeUndefined();
  const changed = await moves.update(
    { game: "g", at: 1 },
    { set: { tile: "0,0" }, add: { count: 2, tags: new Set(["corner"]) }, remove: ["by"] },
  );
  expect(changed).toEqual({ game: "g", at: 1, tile: "0,0", count: 2, tags: new Set(["first", "corner"]) });
  expect(await moves.update(changed, { delete: { tags: new Set(["first"]) } })).toEqual({
    ...changed,
    tags: new Set(["corner"]),
  });
  expect(await moves.delete(changed)).toMatchObject({ tile: "0,0" });
  expect(await moves.delete(changed)).toBeUndefined();
});

test("a write whose `if` does not hold is refused and changes nothing", async () => {
  const moves = await makeTable();
  const key = { game: "g", at: 1 };
  await moves.put({ ...key, count: 3 }, { if: "absent" });

  await expect(moves.put({ ...key, count: 4 }, { if: "absent" })).rejects.toMatchObject({
    code: "CONDITION_FAILED",
  });
  await expect(moves.update(key, { add: { count: 1 } }, { if: { count: { lt: 3 } } })).rejects.toMatchObject({
    code: "CONDITION_FAILED",
  });
  await expect(moves.delete(key, { if: { by: { exists: true } } })).rejects.toMatchObject({
    code: "CONDITION_FAILED",
  });
  expect(await moves.get(key)).toEqual({ ...key, count: 3 });
  await moves.update(
    key,
    { add: { count: 1 } },
    { if: { count: { between: [1, 3] }, tile: { exists: false } } },
  );
  await moves.put({ ...key, count: 9 }, { if: { count: 4 } });
  await moves.delete(key, { if: { count: { in: [8, 9] } } });
  expect(await moves.get(key)).toBeUndefined();
});

test("a query returns a partition in the sort key's order, narrowed, filtered, limited, or by an index", async () => {
  const moves = await makeTable();
  for (let at = 600; at > 0; at -= 1)
    await moves.put({ game: at % 2 === 0 ? "even" : "odd", at, by: at % 3 === 0 ? "ann" : "ben" });
  const ats = async (items: AsyncIterable<Move>): Promise<number[]> =>
    (await Array.fromAsync(items)).map(({ at }) => at);

  expect(await ats(moves.query({ game: "even" }))).toEqual(
    Array.from({ length: 300 }, (_, index) => 2 * index + 2),
  );
  expect(await ats(moves.query({ game: "even", at: { between: [10, 15] } }, { descending: true }))).toEqual([
    14, 12, 10,
  ]);
  expect(await ats(moves.query({ game: "even", at: 4 }))).toEqual([4]);
  expect(await ats(moves.query({ by: "ann", at: { lte: 12 } }, { index: "byPlayer" }))).toEqual([
    3, 6, 9, 12,
  ]);
  expect(await ats(moves.query({ game: "odd" }, { filter: { by: "ann" }, limit: 3 }))).toEqual([3, 9, 15]);
  expect(await ats(moves.query({ game: "none" }))).toEqual([]);
});

test("a scan returns every item once, over as many pages as it takes", async () => {
  const moves = await makeTable();
  for (let at = 0; at < 700; at += 1) await moves.put({ game: `g${at % 7}`, at });

  const all = await Array.fromAsync(moves.scan());
  expect(new Set(all.map(({ at }) => at)).size).toBe(700);
  expect(all).toHaveLength(700);
  expect(await Array.fromAsync(moves.scan({ limit: 5 }))).toHaveLength(5);
  expect(await Array.fromAsync(moves.scan({ filter: { at: { gte: 690 } } }))).toHaveLength(10);
});

test("requests that make no sense say what is wrong", async () => {
  const moves = await makeTable();
  const loose = moves as unknown as Table<Record<string, unknown>>;
  await expect(loose.get({ game: "g" })).rejects.toThrow('Table "moves" needs "at" in the key');
  await expect(loose.put({ game: "g" })).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
  await expect(loose.put({ game: 1, at: 1 })).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
  await expect(loose.update({ game: "g", at: 1 }, {})).rejects.toThrow("an update changes nothing");
  await expect(loose.update({ game: "g", at: 1 }, { set: { at: 2 } })).rejects.toMatchObject({
    code: "TABLE_REQUEST_INVALID",
  });
  expect(() => loose.query({ tile: "x" })).toThrow('A query of "moves" needs a value for "game"');
  expect(() => loose.query({ game: "g", tile: "x" })).toThrow('"tile" is no key');
  expect(() => loose.query({ by: "x" }, { index: "byTile" })).toThrow(
    'no index "byTile"; its indexes: "byPlayer"',
  );
});

test("a set in a condition or filter is compared as a set", async () => {
  const moves = await makeTable();
  const key = { game: "g", at: 1 };
  await moves.put({ ...key, tags: new Set(["a", "b"]) });
  await moves.put({ game: "g", at: 2, tags: new Set(["c"]) });

  await expect(
    moves.update(key, { set: { count: 1 } }, { if: { tags: new Set(["a"]) } }),
  ).rejects.toMatchObject({ code: "CONDITION_FAILED" });
  await moves.update(key, { set: { count: 1 } }, { if: { tags: new Set(["b", "a"]) } });
  const found = await Array.fromAsync(moves.scan({ filter: { tags: new Set(["b", "a"]) } }));
  expect(found.map(({ at }) => at)).toEqual([1]);
});
