import { HoldfastError } from "../base/errors.ts";
import type { Table as TableModel } from "../model/app-model.ts";
import type { AttributeValue, Item } from "../model/attribute-value.ts";
import type { Page } from "../model/table-request.ts";
import { fromItem, toAttribute, toItem } from "./marshal.ts";
import type { ResourceClient } from "./registered-app.ts";
import {
  toCondition,
  toSortCondition,
  toUpdateActions,
  type SortTest,
  type TableCondition,
  type TableUpdate,
} from "./table-conditions.ts";

/** How many items cross at a time while a scan or query goes on. */
const pageItems = 250;

/** A table as handlers and tests use it. Its meaning is DynamoDB's. */
export interface Table<Row extends object, Key extends keyof Row = keyof Row> {
  readonly name: string;

  /** The item with this key, or undefined. Expired items are not there. */
  get(key: TableKey<Row, Key>): Promise<Row | undefined>;

  /** Stores the item in place of the one with its key. Rejects with `ConditionFailedError` when `if` does not hold. */
  put(item: Row, options?: WriteOptions<Row>): Promise<void>;

  /** Changes some attributes, and creates the item when it is absent. Resolves with the item as it is then. */
  update(key: TableKey<Row, Key>, changes: TableUpdate<Row>, options?: WriteOptions<Row>): Promise<Row>;

  /** Resolves with the item as it was, or undefined when there was none. An item that holds the key may stand for it. */
  delete(key: TableKey<Row, Key>, options?: WriteOptions<Row>): Promise<Row | undefined>;

  /** The items of one partition (of the table, or of `index`), in the sort key's order. */
  query(key: QueryKey<Row>, options?: QueryOptions<Row>): AsyncIterableIterator<Row>;

  /** Every item, in no promised order. */
  scan(options?: ScanOptions<Row>): AsyncIterableIterator<Row>;
}

/** The key's attributes. More may be there; they are ignored. */
export type TableKey<Row, Key extends keyof Row> = keyof Row extends Key ? Partial<Row> : Pick<Row, Key>;

export interface WriteOptions<Row> {
  /** `"absent"`, `"present"`, or what attributes must be: `{ version: 3 }`. */
  readonly if?: TableCondition<Row>;
}

/** The partition key's value, and, if wanted, a test of the sort key: `{ room: "r", at: { gt: 5 } }`. */
export type QueryKey<Row> = { readonly [Name in keyof Row]?: SortTest<Row[Name]> };

export interface QueryOptions<Row> extends ScanOptions<Row> {
  readonly descending?: boolean;
}

export interface ScanOptions<Row> {
  readonly index?: string;
  /** Leaves out what does not hold; it is read all the same. */
  readonly filter?: Exclude<TableCondition<Row>, string>;
  /** The most items to return. */
  readonly limit?: number;
}

/** A table whose calls go through a resource client. */
export function createTable<Row extends object, Key extends keyof Row>(
  model: TableModel,
  client: ResourceClient,
): Table<Row, Key> {
  const call = (operation: string, argument: unknown): Promise<unknown> =>
    client.call(`table:${model.name}`, operation, argument);
  const conditionOf = (options: WriteOptions<Row> | undefined): object =>
    options?.if === undefined ? {} : { condition: toCondition(options.if, model.key.name) };

  return {
    name: model.name,
    async get(key) {
      const found = await call("get", { key: keyOf(model, key) });
      return isItem(found) ? (fromItem(found) as Row) : undefined;
    },
    async put(item, options) {
      await call("put", { item: toItem(item), ...conditionOf(options) });
    },
    async update(key, changes, options) {
      const argument = { key: keyOf(model, key), actions: toUpdateActions(changes), ...conditionOf(options) };
      return fromItem((await call("update", argument)) as Item) as Row;
    },
    async delete(key, options) {
      const old = await call("delete", { key: keyOf(model, key), ...conditionOf(options) });
      return isItem(old) ? (fromItem(old) as Row) : undefined;
    },
    query(key, options = {}) {
      const { descending } = options;
      const request = {
        ...queryKey(model, key, options.index),
        ...readOptions(model, options),
        ...(descending && { descending }),
      };
      return pages<Row>((page) => call("query", { ...request, ...page }), options.limit);
    },
    scan(options = {}) {
      const request = readOptions(model, options);
      return pages<Row>((page) => call("scan", { ...request, ...page }), options.limit);
    },
  };
}

async function* pages<Row>(
  read: (page: { limit: number; start?: Item }) => Promise<unknown>,
  limit = Number.POSITIVE_INFINITY,
): AsyncIterableIterator<Row> {
  let left = limit;
  let start: Item | undefined;
  while (left > 0) {
    const page = (await read({
      limit: Math.min(pageItems, left),
      ...(start !== undefined && { start }),
    })) as Page;
    for (const item of page.items) {
      yield fromItem(item) as Row;
      left -= 1;
    }
    if (page.next === undefined) return;
    start = page.next;
  }
}

function keyOf(model: TableModel, key: object): Item {
  const found: Record<string, AttributeValue> = {};
  for (const { name } of model.sortKey === undefined ? [model.key] : [model.key, model.sortKey]) {
    const value: unknown = (key as Record<string, unknown>)[name];
    if (value === undefined) {
      throw new HoldfastError("TABLE_REQUEST_INVALID", `Table "${model.name}" needs "${name}" in the key`);
    }
    found[name] = toAttribute(value, name);
  }
  return found;
}

function queryKey(model: TableModel, key: object, indexName: string | undefined): object {
  const index = indexName === undefined ? model : model.indexes.find(({ name }) => name === indexName);
  if (index === undefined) {
    const known = model.indexes.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new HoldfastError(
      "TABLE_REQUEST_INVALID",
      `Table "${model.name}" has no index "${indexName}"; its indexes: ${known}`,
    );
  }
  const { [index.key.name]: partition, ...rest } = key as Record<string, unknown>;
  if (partition === undefined) {
    throw new HoldfastError(
      "TABLE_REQUEST_INVALID",
      `A query of "${model.name}" needs a value for "${index.key.name}"`,
    );
  }
  const sortName = index.sortKey?.name;
  const others = Object.keys(rest).filter((name) => name !== sortName);
  if (others.length > 0) {
    throw new HoldfastError(
      "TABLE_REQUEST_INVALID",
      `"${others.join('", "')}" is no key of what is queried`,
      {
        hint: "Use `filter` for attributes that are not keys, or name an `index` whose key they are.",
      },
    );
  }
  const sort = sortName === undefined ? undefined : rest[sortName];
  return {
    key: toAttribute(partition, index.key.name),
    ...(sort !== undefined && sortName !== undefined && { sort: toSortCondition(sortName, sort) }),
  };
}

function readOptions<Row>(model: TableModel, options: ScanOptions<Row>): object {
  return {
    ...(options.index !== undefined && { index: options.index }),
    ...(options.filter !== undefined && { filter: toCondition(options.filter, model.key.name) }),
  };
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null;
}
