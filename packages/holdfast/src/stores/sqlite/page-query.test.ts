import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { KeyBytes } from "../../model/table-key.ts";
import type { KeySpan } from "../key-span.ts";
import { tablesLayout } from "./batch-runner.ts";
import { Catalog } from "./catalog.ts";
import { Database } from "./database.ts";
import { pageQuery } from "./page-query.ts";

const bytes = Uint8Array.of(1);
const key: KeyBytes = { partition: bytes, sort: bytes };
const low = { bytes, inclusive: true };
const high = { bytes: Uint8Array.of(9), inclusive: false };

const tableSpans: readonly (readonly [string, KeySpan])[] = [
  ["a query", { partition: bytes, descending: false }],
  ["a query backwards", { partition: bytes, descending: true }],
  ["a query with bounds", { partition: bytes, low, high, descending: false }],
  ["a query's next page", { partition: bytes, low, high, after: { table: key }, descending: false }],
  ["a query's next page backwards", { partition: bytes, low, high, after: { table: key }, descending: true }],
  ["a scan", { descending: false }],
  ["a scan's next page", { after: { table: key }, descending: false }],
];

let folder: string;
let database: Database;
let ids: { readonly table: number; readonly index: number };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  database = new Database(join(folder, "tables.db"), tablesLayout);
  const catalog = new Catalog(database);
  catalog.define([
    {
      name: "t",
      key: { name: "p", type: "binary" },
      sortKey: { name: "s", type: "binary" },
      indexes: [{ name: "i", key: { name: "x", type: "binary" }, projection: "all" }],
      retain: false,
    },
  ]);
  const table = catalog.table("t");
  ids = { table: table.id, index: table.indexes[0]?.id ?? 0 };
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function planOf(span: KeySpan, indexId: number | undefined): readonly string[] {
  const { sql, values } = pageQuery(ids.table, indexId, span);
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return steps.map(({ detail }) => String(detail));
}

describe("pageQuery", () => {
  it.each(tableSpans)("sorts nothing and seeks to where %s begins", (name, span) => {
    const [step = "", ...others] = planOf(span, undefined);
    expect(others).toEqual([]);
    expect(step).toMatch(name === "a scan" ? /^SCAN items_/ : /^SEARCH items_\d+ USING PRIMARY KEY/);
  });

  it.each(tableSpans)("does so in an index too: %s", (name, span) => {
    const after = span.after && { table: key, index: key };
    const [step = "", ...others] = planOf({ ...span, ...(after && { after }) }, ids.index);
    expect(step).toMatch(name === "a scan" ? /^SCAN place/ : /^SEARCH place USING PRIMARY KEY/);
    expect(others).toEqual([expect.stringMatching(/^SEARCH stored USING PRIMARY KEY \(pk=\? AND sk=\?\)$/)]);
  });

  it("seeks behind the page before, not to the bound that it has passed", () => {
    const after = { table: { partition: bytes, sort: Uint8Array.of(5) } };
    const forwards = pageQuery(ids.table, undefined, {
      partition: bytes,
      low,
      high,
      after,
      descending: false,
    });
    expect(forwards.values).toEqual([bytes, high.bytes, after.table.sort]);
    const backwards = pageQuery(ids.table, undefined, {
      partition: bytes,
      low,
      high,
      after,
      descending: true,
    });
    expect(backwards.values).toEqual([bytes, low.bytes, after.table.sort]);
  });

  it("keeps a bound that the start has not passed", () => {
    const after = { table: { partition: bytes, sort: Uint8Array.of(0) } };
    const { values } = pageQuery(ids.table, undefined, { partition: bytes, low, after, descending: false });
    expect(values).toEqual([bytes, low.bytes, after.table.sort]);
  });
});
