import { itemSizeBytes } from "../../../model/item-size.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, capacityMember, readUnits } from "../capacity.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readItem } from "../item-json.ts";
import { checkKey } from "../key-check.ts";
import { legacyProjectionIn } from "../legacy.ts";
import { flagIn, requireRecord, textIn } from "../members.ts";
import { checkOneGeneration, projectionIn, showItem } from "../request-parts.ts";
import { fromStore } from "../store-errors.ts";
import { findTable, type Surroundings } from "../surroundings.ts";

const expressions = ["ProjectionExpression"];

export async function getItem(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const name = textIn(input, "TableName");
  const key = readItem(requireRecord(input, "Key"));
  const detail = capacityDetailIn(input);
  checkOneGeneration(input, expressions, ["AttributesToGet"]);
  const bindings = new Bindings(input, expressions);
  const projection = projectionIn(surroundings, input, bindings) ?? legacyProjectionIn(input);
  bindings.checkUsed();
  const table = findTable(surroundings, name);
  checkKey(table, key);
  const item = await fromStore(() => surroundings.tables.get(table.name, key));
  return {
    ...(item !== undefined && { Item: showItem(item, projection) }),
    ...capacityMember(detail, table, () => ({
      table: readUnits(item === undefined ? 0 : itemSizeBytes(item), flagIn(input, "ConsistentRead")),
      indexes: {},
    })),
  };
}
