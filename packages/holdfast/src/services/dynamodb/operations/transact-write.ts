import type { Table } from "../../../model/app-model.ts";
import type { Condition, Write } from "../../../model/table-request.ts";
import type { OperationInput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readItem } from "../item-json.ts";
import { checkItemKeys, checkKey } from "../key-check.ts";
import { absent, recordIn, requireRecord, textIn, wordIn } from "../members.ts";
import { conditionIn, updateIn } from "../request-parts.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkUpdate } from "../update-check.ts";
import { faultOf, type CancellationReason } from "./cancellation.ts";

export interface TransactWrite {
  readonly table: Table;
  readonly write: Write;
  /** Whether the item as it is goes with the reason when the condition fails. */
  readonly returnsItem: boolean;
  /** What is wrong with it whatever the item is: the transaction is cancelled for it. */
  readonly fault?: CancellationReason;
}

const kinds = ["ConditionCheck", "Put", "Delete", "Update"] as const;

/** One of a transaction's writes. Throws for what cannot be read at all; keys that do not fit are a `fault`. */
export function readTransactWrite(surroundings: Surroundings, item: OperationInput): TransactWrite {
  const given = kinds.filter((kind) => recordIn(item, kind) !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  const request = requireRecord(item, kind);
  const isUpdate = kind === "Update";
  const bindings = new Bindings(
    request,
    isUpdate ? ["UpdateExpression", "ConditionExpression"] : ["ConditionExpression"],
  );
  const actions = isUpdate ? (updateIn(surroundings, request, bindings) ?? absent("UpdateExpression")) : [];
  const condition = conditionIn(surroundings, request, "ConditionExpression", bindings);
  bindings.checkUsed();
  const content = readItem(requireRecord(request, kind === "Put" ? "Item" : "Key"));
  const table = findTable(surroundings, textIn(request, "TableName"));
  const returns = wordIn(request, "ReturnValuesOnConditionCheckFailure", ["ALL_OLD", "NONE"]);
  const write = toWrite(kind, table.name, content, actions, condition);
  return {
    table,
    write,
    returnsItem: returns === "ALL_OLD",
    ...faultOf(() => {
      if (write.kind === "put") checkItemKeys(table, write.item);
      else checkKey(table, write.key);
      if (write.kind === "update") checkUpdate(table, write.actions);
    }),
  };
}

function toWrite(
  kind: (typeof kinds)[number],
  table: string,
  content: (Write & { readonly kind: "put" })["item"],
  actions: (Write & { readonly kind: "update" })["actions"],
  condition: Condition | undefined,
): Write {
  const conditional = condition === undefined ? {} : { condition };
  switch (kind) {
    case "Put":
      return { kind: "put", table, item: content, ...conditional };
    case "Delete":
      return { kind: "delete", table, key: content, ...conditional };
    case "Update":
      return { kind: "update", table, key: content, actions, ...conditional };
    case "ConditionCheck":
      return { kind: "check", table, key: content, condition: condition ?? absent("ConditionExpression") };
  }
}
