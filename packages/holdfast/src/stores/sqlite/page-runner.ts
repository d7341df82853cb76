import type { TableIndex } from "../../model/app-model.ts";
import type { Item } from "../../model/attribute-value.ts";
import { evaluateCondition } from "../../model/condition.ts";
import { hasExpired } from "../../model/expiry.ts";
import type { Condition, QueryRequest, ScanRequest } from "../../model/table-request.ts";
import { findIndex, nextStart, projectItem, spanOfQuery, spanOfScan, type KeySpan } from "../key-span.ts";
import { collectPage } from "../page.ts";
import type { StoredAnswer } from "./answer-codec.ts";
import type { Catalog } from "./catalog.ts";
import { encodeItem } from "./item-codec.ts";
import type { StoredRow, StoredTable } from "./stored-table.ts";

export function runQuery(request: QueryRequest, catalog: Catalog, nowMs: number): StoredAnswer {
  const table = catalog.table(request.table);
  const index = findIndex(table.definition, request.index);
  return readPage(table, index, spanOfQuery(table.definition, index, request), request, nowMs);
}

export function runScan(request: ScanRequest, catalog: Catalog, nowMs: number): StoredAnswer {
  const table = catalog.table(request.table);
  const index = findIndex(table.definition, request.index);
  return readPage(table, index, spanOfScan(table.definition, index, request), request, nowMs);
}

/** Rows that are shown whole cross as they lie there, undecoded unless a filter asks. */
function readPage(
  table: StoredTable,
  index: TableIndex | undefined,
  span: KeySpan,
  { filter, limit }: { readonly filter?: Condition; readonly limit?: number },
  nowMs: number,
): StoredAnswer {
  const { definition } = table;
  const isWhole = index === undefined || index.projection === "all";
  const show = (row: StoredRow): Item => projectItem(definition, index, row.item);
  const storedIndex = table.indexes.find((candidate) => candidate.definition === index);
  const page = collectPage(unexpired(table.rows(storedIndex, span), nowMs), {
    limit,
    sizeBytes: (row) => row.itemBytes.byteLength,
    keeps: (row) => filter === undefined || evaluateCondition(filter, show(row)),
  });
  return {
    kind: "page",
    page: {
      items: page.kept.map((row) => (isWhole ? row.itemBytes : encodeItem(show(row)))),
      scanned: page.scanned,
      ...(page.last !== undefined && { next: nextStart(definition, index, page.last.item) }),
    },
  };
}

function* unexpired(rows: Iterable<StoredRow>, nowMs: number): Iterable<StoredRow> {
  for (const row of rows) {
    if (!hasExpired(row.expiresAtMs, nowMs)) yield row;
  }
}
