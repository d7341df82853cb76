import type { Table, TableIndex } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { evaluateCondition } from "../../../model/condition.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import { keyNames, pickAttributes } from "../../../model/table-key.ts";
import { maximumPageBytes } from "../../../model/table-limits.ts";
import type { AttributePath, Condition, Page } from "../../../model/table-request.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityMember, readUnits, type CapacityDetail } from "../capacity.ts";
import { writeItem } from "../item-json.ts";
import { flagIn } from "../members.ts";
import { showItem } from "../request-parts.ts";
import { fromStore } from "../store-errors.ts";
import type { Surroundings } from "../surroundings.ts";
import { missingNames, type Select } from "./read-input.ts";

/** What of a page is asked of the store; the rest is known to whoever asks. */
export interface PagePart {
  readonly filter?: Condition;
  readonly limit?: number;
  readonly start?: Item;
}

export interface PageReading {
  readonly table: Table;
  readonly index: TableIndex | undefined;
  readonly filter: Condition | undefined;
  readonly limit: number | undefined;
  readonly start: Item | undefined;
  readonly detail: CapacityDetail;
  /** Of a parallel scan: which items belong to the segment. */
  readonly isInSegment?: (item: Item) => boolean;
  readonly ask: (part: PagePart) => Promise<Page>;
}

export interface ReadPage extends Page {
  /** What was read, as far as it is to be told. */
  readonly bytes: number;
}

/** One page. The store filters, save where what was filtered out counts for the answer. */
export async function readPage(reading: PageReading): Promise<ReadPage> {
  const { filter, limit, start, detail } = reading;
  const isCounted = detail !== "NONE" && filter !== undefined;
  if (isCounted || reading.isInSegment !== undefined) return readUnfiltered(reading);
  const page = await fromStore(() => reading.ask(partOf(filter, limit, start)));
  return { ...page, bytes: detail === "NONE" ? 0 : sumBytes(page.items) };
}

/** Reads on until the limit, 1 MB or the end, and chooses here. */
async function readUnfiltered(reading: PageReading): Promise<ReadPage> {
  const { table, index, filter, limit } = reading;
  // A segment's items are scattered: its limit says nothing of how many have to be read.
  const askedLimit = reading.isInSegment === undefined ? limit : undefined;
  const kept: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let passed = 0;
  let start = reading.start;
  const ended = (last: Item): ReadPage => ({
    items: kept,
    scanned,
    bytes,
    next: startAfter(table, index, last),
  });
  for (;;) {
    const page = await fromStore(() => reading.ask(partOf(undefined, askedLimit, start)));
    for (const item of page.items) {
      const itemBytes = itemSizeBytes(item);
      passed += itemBytes;
      if (reading.isInSegment?.(item) ?? true) {
        scanned += 1;
        bytes += itemBytes;
        if (filter === undefined || evaluateCondition(filter, item)) kept.push(item);
        if (scanned === limit) return ended(item);
      }
      if (passed >= maximumPageBytes) return ended(item);
    }
    if (page.next === undefined) return { items: kept, scanned, bytes };
    start = page.next;
  }
}

function partOf(filter: Condition | undefined, limit: number | undefined, start: Item | undefined): PagePart {
  return {
    ...(filter !== undefined && { filter }),
    ...(limit !== undefined && { limit }),
    ...(start !== undefined && { start }),
  };
}

function startAfter(table: Table, index: TableIndex | undefined, item: Item): Item {
  return pickAttributes(item, [...keyNames(table), ...(index === undefined ? [] : keyNames(index))]);
}

function sumBytes(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + itemSizeBytes(item), 0);
}

/** The answer of a query or scan. */
export async function pageOutput(
  surroundings: Surroundings,
  input: OperationInput,
  { table, index, detail }: PageReading,
  page: ReadPage,
  show: { readonly select: Select | undefined; readonly projection: readonly AttributePath[] | undefined },
): Promise<OperationOutput> {
  const { select, projection } = show;
  const isWhole = select === "ALL_ATTRIBUTES" || missingNamesOf(table, index, projection).length > 0;
  const items = isWhole ? await completeItems(surroundings, table, index, page.items) : page.items;
  const units = readUnits(page.bytes, flagIn(input, "ConsistentRead"));
  return {
    Count: page.items.length,
    ...(select !== "COUNT" && { Items: items.map((item) => showItem(item, projection)) }),
    ...(page.next !== undefined && { LastEvaluatedKey: writeItem(page.next) }),
    ScannedCount: page.scanned,
    ...capacityMember(detail, table, () =>
      index === undefined ? { table: units, indexes: {} } : { table: 0, indexes: { [index.name]: units } },
    ),
  };
}

function missingNamesOf(
  table: Table,
  index: TableIndex | undefined,
  projection: readonly AttributePath[] | undefined,
): readonly string[] {
  return index === undefined ? [] : missingNames(table, index, projection);
}

/** What a local index does not have is fetched from the table. */
async function completeItems(
  { tables }: Surroundings,
  table: Table,
  index: TableIndex | undefined,
  items: readonly Item[],
): Promise<readonly Item[]> {
  if (index === undefined || index.projection === "all") return items;
  const names = keyNames(table);
  return fromStore(() =>
    Promise.all(
      items.map(async (item) => (await tables.get(table.name, pickAttributes(item, names))) ?? item),
    ),
  );
}
