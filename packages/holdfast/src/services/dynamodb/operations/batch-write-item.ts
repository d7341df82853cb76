import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import { maximumItemBytes } from "../../../model/table-limits.ts";
import type { Write } from "../../../model/table-request.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { addUnits, capacityDetailIn, describeCapacity, unitsOfWrite } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { readItem } from "../item-json.ts";
import { checkItemKeys, checkKey } from "../key-check.ts";
import { recordIn, recordsIn, requireList, requireRecord } from "../members.ts";
import { fromStore } from "../store-errors.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkDistinctKeys } from "./batch-get-item.ts";

const maximumWrites = 25;

interface TableWrites {
  readonly table: Table;
  readonly writes: readonly Write[];
}

/** Each write by itself: one that fails leaves the others as they are. */
export async function batchWriteItem(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const all = writesIn(surroundings, requireRecord(input, "RequestItems"));
  const detail = capacityDetailIn(input);
  const results = await fromStore(() =>
    Promise.all(
      all.map(({ writes }) => Promise.all(writes.map((write) => surroundings.tables.write([write])))),
    ),
  );
  const capacities = all.map(({ table }, at) => {
    const units = (results[at] ?? []).flat().map((result) => unitsOfWrite(table, result));
    return describeCapacity(detail, table, addUnits(units));
  });
  return { UnprocessedItems: {}, ...(detail !== "NONE" && { ConsumedCapacity: capacities }) };
}

function writesIn(surroundings: Surroundings, given: OperationInput): readonly TableWrites[] {
  const names = Object.keys(given);
  const lists = names.map((name) => recordsIn(requireList(given, name)));
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  if (names.length === 0 || lists.some(({ length }) => length === 0))
    throw validationError("Batch write request must contain at least one request item for each table");
  if (count > maximumWrites) throw validationError("Too many items requested for the BatchWriteItem call");
  return names.map((name, at) => {
    const requests = (lists[at] ?? []).map(readRequest);
    const table = findTable(surroundings, name);
    const writes = requests.map((request) => toWrite(table, request));
    checkDistinctKeys(
      table,
      writes.map((write) => (write.kind === "put" ? write.item : write.key)),
    );
    return { table, writes };
  });
}

type Request = { readonly item: Item } | { readonly key: Item };

function readRequest(request: OperationInput): Request {
  const put = recordIn(request, "PutRequest");
  const remove = recordIn(request, "DeleteRequest");
  if (put !== undefined && remove !== undefined)
    throw validationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  if (put !== undefined) return { item: readItem(requireRecord(put, "Item")) };
  if (remove !== undefined) return { key: readItem(requireRecord(remove, "Key")) };
  throw validationError(
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
  );
}

type UnconditionalWrite = Extract<Write, { readonly kind: "put" | "delete" }>;

function toWrite(table: Table, request: Request): UnconditionalWrite {
  if ("key" in request) {
    checkKey(table, request.key);
    return { kind: "delete", table: table.name, key: request.key };
  }
  checkItemKeys(table, request.item);
  if (itemSizeBytes(request.item) > maximumItemBytes)
    throw validationError("Item size has exceeded the maximum allowed size");
  return { kind: "put", table: table.name, item: request.item };
}
