import { maximumPageBytes } from "../model/table-limits.ts";

export interface PageRules<Row> {
  /** The most rows read. */
  readonly limit: number | undefined;
  sizeBytes(row: Row): number;
  /** Whether the filter lets the row through. */
  keeps(row: Row): boolean;
}

export interface PageRows<Row> {
  readonly kept: readonly Row[];
  readonly scanned: number;
  /** The last row read, when the page ended before the rows did. */
  readonly last?: Row;
}

/**
 * One page: it ends with the row that reaches the limit or 1 MB, filtered out or not. As in DynamoDB a page that ended
 * so has a next one, though that may turn out to be empty.
 */
export function collectPage<Row>(rows: Iterable<Row>, rules: PageRules<Row>): PageRows<Row> {
  const kept: Row[] = [];
  let scanned = 0;
  let bytes = 0;
  for (const row of rows) {
    scanned += 1;
    bytes += rules.sizeBytes(row);
    if (rules.keeps(row)) kept.push(row);
    if (scanned === rules.limit || bytes >= maximumPageBytes) return { kept, scanned, last: row };
  }
  return { kept, scanned };
}
