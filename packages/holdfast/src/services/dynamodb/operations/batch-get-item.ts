import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import { primaryKeyOf } from "../../../model/table-key.ts";
import type { AttributePath } from "../../../model/table-request.ts";
import { bytesAsText } from "../../../model/value-comparison.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, describeCapacity, readUnits } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readItem, type ItemJson } from "../item-json.ts";
import { checkKey } from "../key-check.ts";
import { legacyProjectionIn } from "../legacy.ts";
import { flagIn, recordsIn, requireList, requireRecord } from "../members.ts";
import { checkOneGeneration, projectionIn, showItem } from "../request-parts.ts";
import { fromStore } from "../store-errors.ts";
import { findTable, type Surroundings } from "../surroundings.ts";

const maximumKeys = 100;
const maximumAnswerBytes = 16 * 1024 * 1024;
const expressions = ["ProjectionExpression"];

interface TableRequest {
  /** As the request names it: a name or an ARN. */
  readonly name: string;
  readonly request: OperationInput;
  readonly table: Table;
  readonly keys: readonly Item[];
  readonly keysJson: readonly ItemJson[];
  readonly projection: readonly AttributePath[] | undefined;
}

export async function batchGetItem(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const requests = requestsIn(surroundings, requireRecord(input, "RequestItems"));
  const detail = capacityDetailIn(input);
  const found = await fromStore(() =>
    Promise.all(
      requests.map(({ table, keys }) =>
        Promise.all(keys.map((key) => surroundings.tables.get(table.name, key))),
      ),
    ),
  );
  let bytesLeft = maximumAnswerBytes;
  const responses: Record<string, ItemJson[]> = {};
  const unprocessed: Record<string, unknown> = {};
  const capacities: OperationOutput[] = [];
  for (const [at, one] of requests.entries()) {
    const items: ItemJson[] = [];
    const left: ItemJson[] = [];
    let units = 0;
    for (const [position, item] of (found[at] ?? []).entries()) {
      const bytes = item === undefined ? 0 : itemSizeBytes(item);
      if (bytes > bytesLeft) {
        left.push(one.keysJson[position] ?? {});
        continue;
      }
      bytesLeft -= bytes;
      units += readUnits(bytes, flagIn(one.request, "ConsistentRead"));
      if (item !== undefined) items.push(showItem(item, one.projection));
    }
    responses[one.name] = items;
    if (left.length > 0) unprocessed[one.name] = { ...one.request, Keys: left };
    if (detail !== "NONE")
      capacities.push(describeCapacity(detail, one.table, { table: units, indexes: {} }));
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ...(detail !== "NONE" && { ConsumedCapacity: capacities }),
  };
}

function requestsIn(surroundings: Surroundings, given: OperationInput): readonly TableRequest[] {
  const names = Object.keys(given);
  if (names.length === 0)
    throw validationError(
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const requests = names.map((name) => requestOf(surroundings, name, requireRecord(given, name)));
  const count = requests.reduce((sum, { keys }) => sum + keys.length, 0);
  if (count > maximumKeys) throw validationError("Too many items requested for the BatchGetItem call");
  return requests;
}

function requestOf(surroundings: Surroundings, name: string, request: OperationInput): TableRequest {
  const keysJson = recordsIn(requireList(request, "Keys"));
  if (keysJson.length === 0)
    throw validationError(
      `1 validation error detected: Value '[]' at 'requestItems.${name}.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  checkOneGeneration(request, expressions, ["AttributesToGet"]);
  const keys = keysJson.map(readItem);
  const bindings = new Bindings(request, expressions);
  const projection = projectionIn(surroundings, request, bindings) ?? legacyProjectionIn(request);
  bindings.checkUsed();
  const table = findTable(surroundings, name);
  for (const key of keys) checkKey(table, key);
  checkDistinctKeys(table, keys);
  return { name, request, table, keys, keysJson, projection };
}

/** Throws when two items of a batch are one. */
export function checkDistinctKeys(table: Table, items: readonly Item[]): void {
  const texts = items.map((item) => {
    const { partition, sort } = primaryKeyOf(table, item);
    return `${partition.byteLength} ${bytesAsText(partition)}${bytesAsText(sort)}`;
  });
  if (new Set(texts).size < texts.length)
    throw validationError("Provided list of item keys contains duplicates");
}
