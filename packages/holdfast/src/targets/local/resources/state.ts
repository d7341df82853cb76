import { HoldfastError } from "../../../base/errors.ts";
import type { State, Table } from "../../../model/app-model.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import type { Operations } from "./operations.ts";

/** Holds every state's value, as JSON. No table of an app can have this name: a colon is not allowed there. */
export const statesTable: Table = {
  name: "holdfast:states",
  key: { name: "name", type: "string" },
  indexes: [],
  retain: false,
};

const maximumStateBytes = 65_536;

export function stateOperations(store: TableStore, { name, initial }: State): Operations {
  const key = { name: { S: name } };
  return {
    async get() {
      const row = await store.get(statesTable.name, key);
      return row?.value !== undefined && "S" in row.value ? (JSON.parse(row.value.S) as unknown) : initial;
    },
    async set({ value }) {
      const json = JSON.stringify(value ?? null);
      if (Buffer.byteLength(json) > maximumStateBytes) {
        throw new HoldfastError(
          "STATE_TOO_LARGE",
          `State "${name}" would take more than ${maximumStateBytes} bytes`,
        );
      }
      await store.write([{ kind: "put", table: statesTable.name, item: { ...key, value: { S: json } } }]);
    },
  };
}
