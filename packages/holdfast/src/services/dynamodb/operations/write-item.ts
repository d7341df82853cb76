import { ConditionFailedError } from "../../../base/errors.ts";
import type { Table } from "../../../model/app-model.ts";
import type { Item } from "../../../model/attribute-value.ts";
import type { Condition, UpdateAction, Write, WriteResult } from "../../../model/table-request.ts";
import type { OperationInput, OperationOutput } from "../../service-face.ts";
import { capacityDetailIn, capacityMember, unitsOfWrite } from "../capacity.ts";
import { validationError } from "../dynamodb-error.ts";
import { projectPaths } from "../expressions/bind-projection.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readItem, writeItem } from "../item-json.ts";
import { checkItemKeys, checkKey } from "../key-check.ts";
import { legacyConditionIn, legacyUpdateIn } from "../legacy.ts";
import { requireRecord, textIn, wordIn } from "../members.ts";
import { checkOneGeneration, conditionIn, updateIn } from "../request-parts.ts";
import { findTable, type Surroundings } from "../surroundings.ts";
import { checkUpdate } from "../update-check.ts";
import { conditionFailedWith, wantsItemOnFailure, writeFailure } from "./write-failure.ts";

type ReturnValues = "ALL_NEW" | "UPDATED_OLD" | "ALL_OLD" | "NONE" | "UPDATED_NEW";

const legacyConditions = ["Expected", "ConditionalOperator"];

export async function putItem(surroundings: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const item = readItem(requireRecord(input, "Item"));
  const { condition } = readConditions(surroundings, input, legacyConditions, ["ConditionExpression"]);
  const returned = oldOrNone(input);
  const table = findTable(surroundings, textIn(input, "TableName"));
  checkItemKeys(table, item);
  const write: Write = { kind: "put", table: table.name, item, ...condition };
  const result = await writeOne(surroundings, input, table, write);
  return answer(input, table, result, returned === "ALL_OLD" ? result.old : undefined);
}

export async function deleteItem(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const key = readItem(requireRecord(input, "Key"));
  const { condition } = readConditions(surroundings, input, legacyConditions, ["ConditionExpression"]);
  const returned = oldOrNone(input);
  const table = findTable(surroundings, textIn(input, "TableName"));
  checkKey(table, key);
  const write: Write = { kind: "delete", table: table.name, key, ...condition };
  const result = await writeOne(surroundings, input, table, write);
  return answer(input, table, result, returned === "ALL_OLD" ? result.old : undefined);
}

export async function updateItem(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const key = readItem(requireRecord(input, "Key"));
  const { condition, actions } = readConditions(
    surroundings,
    input,
    ["AttributeUpdates", ...legacyConditions],
    ["UpdateExpression", "ConditionExpression"],
  );
  const returned = returnValuesIn(input);
  const table = findTable(surroundings, textIn(input, "TableName"));
  checkKey(table, key);
  checkUpdate(table, actions);
  const write: Write = { kind: "update", table: table.name, key, actions, ...condition };
  const result = await writeOne(surroundings, input, table, write);
  return answer(input, table, result, updatedAttributes(returned, actions, result));
}

/** What a write's input says in expressions, or in the parameters before them. */
function readConditions(
  surroundings: Surroundings,
  input: OperationInput,
  legacy: readonly string[],
  expressions: readonly string[],
): { readonly condition: { readonly condition?: Condition }; readonly actions: readonly UpdateAction[] } {
  checkOneGeneration(input, expressions, legacy);
  const bindings = new Bindings(input, expressions);
  const actions = expressions.includes("UpdateExpression")
    ? (updateIn(surroundings, input, bindings) ?? legacyUpdateIn(input) ?? [])
    : [];
  const condition =
    conditionIn(surroundings, input, "ConditionExpression", bindings) ?? legacyConditionIn(input, "Expected");
  bindings.checkUsed();
  return { condition: condition === undefined ? {} : { condition }, actions };
}

async function writeOne(
  { tables }: Surroundings,
  input: OperationInput,
  table: Table,
  write: Write,
): Promise<WriteResult> {
  const wantsItem = wantsItemOnFailure(input);
  try {
    const [result] = await tables.write([write]);
    return result ?? {};
  } catch (error) {
    if (error instanceof ConditionFailedError && wantsItem)
      throw await conditionFailedWith(tables, table, write);
    throw writeFailure(write, error);
  }
}

const returnValues: readonly ReturnValues[] = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];

function returnValuesIn(input: OperationInput): ReturnValues {
  return wordIn(input, "ReturnValues", returnValues) ?? "NONE";
}

function oldOrNone(input: OperationInput): "ALL_OLD" | "NONE" {
  const returned = returnValuesIn(input);
  if (returned === "ALL_OLD" || returned === "NONE") return returned;
  throw validationError("ReturnValues can only be ALL_OLD or NONE");
}

function updatedAttributes(
  returned: ReturnValues,
  actions: readonly UpdateAction[],
  { old, new: now }: WriteResult,
): Item | undefined {
  const item = returned === "ALL_OLD" || returned === "UPDATED_OLD" ? old : now;
  if (returned === "NONE" || item === undefined) return undefined;
  if (returned === "ALL_OLD" || returned === "ALL_NEW") return item;
  const updated = projectPaths(
    item,
    actions.map(({ path }) => path),
  );
  return Object.keys(updated).length === 0 ? undefined : updated;
}

function answer(
  input: OperationInput,
  table: Table,
  result: WriteResult,
  attributes: Item | undefined,
): OperationOutput {
  return {
    ...(attributes !== undefined && { Attributes: writeItem(attributes) }),
    ...capacityMember(capacityDetailIn(input), table, () => unitsOfWrite(table, result)),
  };
}
