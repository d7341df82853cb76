import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import type { AttributePath } from "../../../model/table-request.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { addUnits, capacityDetailIn, describeCapacity, readUnits } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readItem } from "../item-json.ts";
import { checkKey } from "../key-check.ts";
import { recordsIn, requireList, requireRecord, textIn } from "../members.ts";
import { projectionIn, showItem } from "../request-parts.ts";
import { fromStore } from "../store-errors.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { cancelled, faultOf, noReason, type CancellationReason } from "./cancellation.ts";

const maximumGets = 100;

interface Get {
  readonly table: Table;
  readonly key: Item;
  readonly projection: readonly AttributePath[] | undefined;
  readonly fault?: CancellationReason;
}

/** All are asked for in one turn, and stores keep the order of the calls: no write comes between them. */
export async function transactGetItems(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const items = recordsIn(requireList(input, "TransactItems"));
  if (items.length === 0 || items.length > maximumGets)
    throw validationError(
      `1 validation error detected: Value '[${items.length} items]' at 'transactItems' failed to satisfy constraint: Member must have length ${items.length === 0 ? "greater than or equal to 1" : `less than or equal to ${maximumGets}`}`,
    );
  const detail = capacityDetailIn(input);
  const gets = items.map((item) => getIn(surroundings, requireRecord(item, "Get")));
  const faults = gets.map(({ fault }) => fault ?? noReason);
  if (faults.some(({ Code }) => Code !== "None")) throw cancelled(faults);
  const found = await fromStore(() =>
    Promise.all(gets.map(({ table, key }) => surroundings.tables.get(table.name, key))),
  );
  return {
    Responses: gets.map(({ projection }, at) => {
      const item = found[at];
      return item === undefined ? {} : { Item: showItem(item, projection) };
    }),
    ...(detail !== "NONE" && {
      ConsumedCapacity: [...new Set(gets.map(({ table }) => table))].map((table) => {
        const units = gets.flatMap((get, at) =>
          get.table === table ? [{ table: readUnits(sizeOf(found[at]), true), indexes: {} }] : [],
        );
        return describeCapacity(detail, table, addUnits(units, 2), "ReadCapacityUnits");
      }),
    }),
  };
}

function getIn(surroundings: Surroundings, request: OperationInput): Get {
  const key = readItem(requireRecord(request, "Key"));
  const bindings = new Bindings(request, ["ProjectionExpression"]);
  const projection = projectionIn(surroundings, request, bindings);
  bindings.checkUsed();
  const table = findTable(surroundings, textIn(request, "TableName"));
  return { table, key, projection, ...faultOf(() => checkKey(table, key)) };
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemSizeBytes(item);
}
