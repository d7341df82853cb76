import type { KeyAttribute, Table as TableModel, TableIndex } from "../model/app-model.ts";
import type { Registry } from "./registry.ts";

export interface TableOptions<Row> {
  /** The attribute that identifies an item, or, with a sort key, groups items. Text unless a type is given. */
  readonly key: KeyOption<Row>;
  /** Orders the items that share a key; both together identify an item. */
  readonly sortKey?: KeyOption<Row>;
  /** The attribute that holds an item's time of expiry, in seconds since 1970. */
  readonly ttl?: keyof Row & string;
  /** Other keys to query by. An item without an index's key is not in it. */
  readonly indexes?: Readonly<Record<string, IndexOptions<Row>>>;
  /** Kept when the app is destroyed. */
  readonly retain?: boolean;
}

export interface IndexOptions<Row> {
  readonly key: KeyOption<Row>;
  readonly sortKey?: KeyOption<Row>;
  /** Which attributes a query of the index returns; all unless said. */
  readonly projection?: "all" | "keys-only" | readonly (keyof Row & string)[];
}

export type KeyOption<Row> =
  | (keyof Row & string)
  | { readonly name: keyof Row & string; readonly type: KeyAttribute["type"] };

export function addTable<Row>(registry: Registry, name: string, options: TableOptions<Row>): TableModel {
  registry.note(`table:${name}`);
  const table: TableModel = {
    name,
    ...toKeys(options),
    ...(options.ttl !== undefined && { ttl: options.ttl }),
    indexes: Object.entries(options.indexes ?? {}).map(([indexName, index]): TableIndex => ({
      name: indexName,
      ...toKeys(index),
      projection: index.projection ?? "all",
    })),
    retain: options.retain ?? false,
  };
  registry.tables.push(table);
  return table;
}

function toKeys<Row>(options: {
  key: KeyOption<Row>;
  sortKey?: KeyOption<Row>;
}): Pick<TableModel, "key" | "sortKey"> {
  return {
    key: toKeyAttribute(options.key),
    ...(options.sortKey !== undefined && { sortKey: toKeyAttribute(options.sortKey) }),
  };
}

function toKeyAttribute<Row>(option: KeyOption<Row>): KeyAttribute {
  return typeof option === "object" ? option : { name: option, type: "string" };
}
