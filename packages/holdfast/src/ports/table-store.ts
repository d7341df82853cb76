import type { Table } from "../model/app-model.ts";
import type { Item } from "../model/attribute-value.ts";
import type { Change, Page, QueryRequest, ScanRequest, Write, WriteResult } from "../model/table-request.ts";

/**
 * Tables in DynamoDB's data model. Implementations pass `test/contract/table-store.ts`; the memory store is the
 * reference. Duties:
 * - Keys keep DynamoDB's order: text by its UTF-8 bytes, numbers by value to 38 digits, binary by bytes.
 * - What is acknowledged survives kill -9 (save in memory stores).
 * - Expired items are never returned, match no condition, and go in time, with a change of their own. A write that
 *   meets one finds nothing there: the expired item's removal is recorded first, then what the write did.
 * - A change of a table that has a stream is written to the journal (`changeJournal`) too, or neither is.
 * - Requests of one caller take effect in the order of the calls.
 *
 * Every call may reject with `TABLE_REQUEST_INVALID` (unknown table or index, wrong key types, malformed values),
 * `ITEM_TOO_LARGE`, `STORE_OVERLOADED`, `STORE_FAILED` or, when the disk fails, one of the `STATE_` codes.
 */
export interface TableStore {
  /**
   * Makes the tables exist as described; new indexes are filled from what is there, dropped ones go. Tables that
   * are not named stay. Rejects with `TABLE_SCHEMA_CHANGED`, and changes nothing, when a key's name or type differs
   * from the stored one and the table holds items.
   */
  define(tables: readonly Table[]): Promise<void>;

  get(table: string, key: Item): Promise<Item | undefined>;

  /**
   * All or nothing; at most 100 writes, each to an item of its own. Rejects with `ConditionFailedError`, whose `index`
   * names the write, when a condition fails.
   */
  write(writes: readonly Write[]): Promise<readonly WriteResult[]>;

  /** In the sort key's order. */
  query(request: QueryRequest): Promise<Page>;

  /** Every item once, in no promised order, though always the same one. */
  scan(request: ScanRequest): Promise<Page>;

  /**
   * Calls back with each committed change, in order, from now on, and before the promise of the call that made it
   * settles. A write that leaves an item as it was is no change, as in DynamoDB's streams. Returns what ends it.
   */
  watch(listener: (change: Change) => void): () => void;

  close(): Promise<void>;
}
