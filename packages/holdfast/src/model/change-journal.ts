import type { AppModel, Table } from "./app-model.ts";
import type { AttributeValue, Item } from "./attribute-value.ts";
import type { Change } from "./table-request.ts";

/** So long DynamoDB's streams keep a change (documented). */
export const changeKeptMs = 86_400_000;

/**
 * Where stores write the changes of tables that have a stream, in the transaction of the change itself: so what is
 * acknowledged is in the stream too. It is read, and what was read is deleted, like any table; the rest expires. No table
 * of an app can have this name: a colon is not allowed there.
 */
export const changeJournal: Table = {
  name: "holdfast:changes",
  key: { name: "table", type: "string" },
  sortKey: { name: "sequence", type: "number" },
  ttl: "expires",
  indexes: [],
  retain: false,
};

/** An item of the journal; of the item before and after, what the table's stream tells. */
export function toJournalItem(change: Change, stream: NonNullable<Table["stream"]>): Item {
  const { table, kind, key, old, new: now, sequence, atMs, expired } = change;
  return {
    table: { S: table },
    sequence: { N: String(sequence) },
    kind: { S: kind },
    key: { M: key },
    ...(old !== undefined && (stream === "old" || stream === "both") && { old: { M: old } }),
    ...(now !== undefined && (stream === "new" || stream === "both") && { new: { M: now } }),
    atMs: { N: String(atMs) },
    ...(expired === true && { expired: { BOOL: true } }),
    // In seconds, as TTL has it.
    expires: { N: String(Math.ceil((atMs + changeKeptMs) / 1000)) },
  };
}

export function fromJournalItem(item: Item): Change {
  const [old, now] = [mapIn(item.old), mapIn(item.new)];
  return {
    table: textIn(item.table),
    kind: textIn(item.kind) as Change["kind"],
    key: mapIn(item.key) ?? {},
    ...(old !== undefined && { old }),
    ...(now !== undefined && { new: now }),
    sequence: Number(textIn(item.sequence)),
    atMs: Number(textIn(item.atMs)),
    ...(item.expired !== undefined && { expired: true }),
  };
}

export function journalKey({ table, sequence }: Pick<Change, "table" | "sequence">): Item {
  return { table: { S: table }, sequence: { N: String(sequence) } };
}

/** The tables, with streams where something reads them: what nobody reads need not be written. */
export function tablesWithReadStreams({
  tables,
  eventSources,
}: Pick<AppModel, "tables" | "eventSources">): readonly Table[] {
  const read = new Set(eventSources.flatMap(({ source }) => (source.kind === "table" ? [source.table] : [])));
  return tables.map(({ stream, ...table }) =>
    stream !== undefined && read.has(table.name) ? { ...table, stream } : table,
  );
}

function mapIn(value: AttributeValue | undefined): Item | undefined {
  return value !== undefined && "M" in value ? value.M : undefined;
}

function textIn(value: AttributeValue | undefined): string {
  if (value === undefined) return "";
  if ("S" in value) return value.S;
  return "N" in value ? value.N : "";
}
