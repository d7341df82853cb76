import { compareBytes } from "../../model/key-order.ts";
import type { KeyBytes } from "../../model/table-key.ts";
import type { KeyBound, KeySpan } from "../key-span.ts";

export interface PageQuery {
  readonly sql: string;
  readonly values: readonly Uint8Array[];
}

/** Reads a span's rows in order, from the table itself or by an index. */
export function pageQuery(tableId: number, indexId: number | undefined, span: KeySpan): PageQuery {
  const columns = indexId === undefined ? ["pk", "sk"] : ["ipk", "isk", "place.pk", "place.sk"];
  const [partition = "", sort = ""] = columns;
  const isQuery = span.partition !== undefined;
  const conditions: { readonly sql: string; readonly values: readonly Uint8Array[] }[] = [];
  if (span.partition !== undefined) conditions.push({ sql: `${partition} = ?`, values: [span.partition] });
  const { low, high } = withoutPassedBound(span);
  if (low !== undefined)
    conditions.push({ sql: `${sort} ${low.inclusive ? ">=" : ">"} ?`, values: [low.bytes] });
  if (high !== undefined)
    conditions.push({ sql: `${sort} ${high.inclusive ? "<=" : "<"} ?`, values: [high.bytes] });
  if (span.after !== undefined) conditions.push(afterCondition(span, isQuery ? columns.slice(1) : columns));
  const where = conditions.map(({ sql }) => sql).join(" AND ");
  const direction = span.descending ? " DESC" : "";
  return {
    sql: `SELECT item, expires_at FROM ${source(tableId, indexId)}${where === "" ? "" : ` WHERE ${where}`}
      ORDER BY ${columns.map((column) => column + direction).join(", ")}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function source(tableId: number, indexId: number | undefined): string {
  if (indexId === undefined) return `items_${tableId}`;
  // CROSS JOIN keeps SQLite from starting with the items: the order is the index's.
  return `index_${indexId} AS place CROSS JOIN items_${tableId} AS stored ON stored.pk = place.pk AND stored.sk = place.sk`;
}

/** Strictly behind the last row of the page before, in the order of `columns`, the last of all key columns. */
function afterCondition(
  { after, descending }: KeySpan,
  columns: readonly string[],
): { readonly sql: string; readonly values: readonly Uint8Array[] } {
  const keys: readonly KeyBytes[] =
    after === undefined ? [] : [...(after.index ? [after.index] : []), after.table];
  const values = keys.flatMap(({ partition, sort }) => [partition, sort]).slice(-columns.length);
  const places = columns.map(() => "?").join(", ");
  return { sql: `(${columns.join(", ")}) ${descending ? "<" : ">"} (${places})`, values };
}

/** The bound that the page before has passed goes, so that SQLite seeks to where that page ended instead. */
function withoutPassedBound({ after, low, high, descending }: KeySpan): Pick<KeySpan, "low" | "high"> {
  const last = (after?.index ?? after?.table)?.sort;
  const isPassed = (bound: KeyBound): boolean => {
    if (last === undefined) return false;
    const order = compareBytes(last, bound.bytes);
    return order === 0 ? bound.inclusive : order < 0 === descending;
  };
  return {
    ...(low !== undefined && (descending || !isPassed(low)) && { low }),
    ...(high !== undefined && (!descending || !isPassed(high)) && { high }),
  };
}
