import type { Table } from "../../model/app-model.ts";
import type { AttributeValue } from "../../model/attribute-value.ts";
import type { UpdateAction, UpdateValue } from "../../model/table-request.ts";
import { invalidParameter } from "./dynamodb-error.ts";
import { checkIndexKeyValues, keyAttributesOf } from "./key-check.ts";

/** Throws DynamoDB's errors for an update that changes the key, or gives an index's key what cannot be one. */
export function checkUpdate(table: Table, actions: readonly UpdateAction[]): void {
  const keys = keyAttributesOf(table).map(({ name }) => name);
  for (const action of actions) {
    const [name] = action.path;
    if (keys.includes(name))
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
    if (action.path.length > 1 || action.action === "remove") continue;
    const value = action.action === "set" ? foreseen(action.value) : action.value;
    if (value !== undefined) checkIndexKeyValues(table, { [name]: value });
  }
}

/** What can be told before the item is known: a value that may be set, or one of its type. */
function foreseen(value: UpdateValue): AttributeValue | undefined {
  if ("value" in value) return value.value;
  if ("ifNotExists" in value) return foreseen(value.otherwise);
  if ("listAppend" in value) return { L: [] };
  return "plus" in value || "minus" in value ? { N: "0" } : undefined;
}
