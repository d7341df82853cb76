import type { Item } from "../../../model/attribute-value.ts";
import type {
  Condition,
  QueryRequest,
  ScanRequest,
  UpdateAction,
  Write,
} from "../../../model/table-request.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import { optional, type Operations } from "./operations.ts";

/** The store checks what the values hold; here they only get their names. */
export function tableOperations(store: TableStore, table: string): Operations {
  const write = async (one: Write): Promise<Item | undefined> => {
    const [result] = await store.write([one]);
    return one.kind === "delete" ? result?.old : result?.new;
  };
  return {
    get: ({ key }) => store.get(table, key as Item),
    put: ({ item, condition }) =>
      write({ kind: "put", table, item: item as Item, ...optional("condition", condition as Condition) }),
    update: ({ key, actions, condition }) =>
      write({
        kind: "update",
        table,
        key: key as Item,
        actions: actions as UpdateAction[],
        ...optional("condition", condition as Condition),
      }),
    delete: ({ key, condition }) =>
      write({ kind: "delete", table, key: key as Item, ...optional("condition", condition as Condition) }),
    query: (request) => store.query({ ...(request as unknown as QueryRequest), table }),
    scan: (request) => store.scan({ ...(request as unknown as ScanRequest), table }),
  };
}
