import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import { itemSizeBytes } from "../../../model/item-size.ts";
import type { OperationOutput } from "../../service-face.ts";
import {
  addUnits,
  describeCapacity,
  readUnits,
  type CapacityDetail,
  type ConsumedUnits,
} from "../capacity.ts";

/** What one statement took of its table. */
export interface StatementUnits {
  readonly table: Table;
  readonly units: ConsumedUnits;
}

export function unitsOfRead(item: Item | undefined, isConsistent: boolean): ConsumedUnits {
  return { table: readUnits(item === undefined ? 0 : itemSizeBytes(item), isConsistent), indexes: {} };
}

/** The answer's member, a table each, where it was asked for. `factor` is 2 in transactions. */
export function capacitiesMember(
  detail: CapacityDetail,
  taken: readonly StatementUnits[],
  factor = 1,
): OperationOutput {
  if (detail === "NONE") return {};
  const tables = [...new Set(taken.map(({ table }) => table))];
  return {
    ConsumedCapacity: tables.map((table) => {
      const units = taken.filter((one) => one.table === table).map((one) => one.units);
      return describeCapacity(detail, table, addUnits(units, factor));
    }),
  };
}
