import { afterEach } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { memoryLog, type Log } from "../../src/base/log.ts";
import type { KeyAttribute, Table, TableIndex } from "../../src/model/app-model.ts";
import type { Item } from "../../src/model/attribute-value.ts";
import type { Change, Page, Write } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";

/** Opens the kind of store that a suite is about. */
export interface StoreOpener {
  (options: { readonly clock: ManualClock; readonly log: Log }): Promise<OpenedStore>;
}

export interface OpenedStore {
  readonly store: TableStore;
  /** Closes the store and opens what it left; absent where it leaves nothing. */
  readonly reopen?: () => Promise<TableStore>;
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>;
}

export const startMs = Date.UTC(2026, 0, 1);

export interface StoreBench extends OpenedStore {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof memoryLog>;
}

/** Opens stores that the end of each test disposes of. Called where a suite is described. */
export function prepareStores(open: StoreOpener): () => Promise<StoreBench> {
  const opened: OpenedStore[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.dispose()));
  });
  return async () => {
    const clock = new ManualClock(startMs);
    const log = memoryLog();
    const one = await open({ clock, log });
    opened.push(one);
    return { ...one, clock, log };
  };
}

export function key(name: string, type: KeyAttribute["type"] = "string"): KeyAttribute {
  return { name, type };
}

export function table(name: string, more: Partial<Table> = {}): Table {
  return { name, key: key("id"), indexes: [], retain: false, ...more };
}

export function index(name: string, more: Partial<TableIndex> = {}): TableIndex {
  return { name, key: key("group"), projection: "all", ...more };
}

export function put(tableName: string, item: Item): Write {
  return { kind: "put", table: tableName, item };
}

export async function putAll(store: TableStore, tableName: string, items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((item) => store.write([put(tableName, item)])));
}

/** Every item of every page. */
export async function readAll(read: (start: Item | undefined) => Promise<Page>): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page: Page = await read(start);
    items.push(...page.items);
    start = page.next;
  } while (start !== undefined);
  return items;
}

export const scanAll = (store: TableStore, tableName: string): Promise<Item[]> =>
  readAll((start) => store.scan({ table: tableName, ...(start !== undefined && { start }) }));

/** What changes, from now on. */
export function collectChanges(store: TableStore): Change[] {
  const changes: Change[] = [];
  store.watch((change) => changes.push(change));
  return changes;
}

/** Polls until it holds; the test's own timeout ends it otherwise. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
