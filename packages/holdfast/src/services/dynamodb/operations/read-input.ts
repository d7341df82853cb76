import type { Table, TableIndex } from "../../../model/app-model.ts";
import { attributeOf, attributeTypeOf, type Item } from "../../../model/attribute-value.ts";
import type { AttributePath, Condition } from "../../../model/table-request.ts";
import type { OperationInput } from "../../service-face.ts";
import { invalidParameter, validationError } from "../dynamodb-error.ts";
import { readItem } from "../item-json.ts";
import { keyAttributesOf, keyTypeLetter } from "../key-check.ts";
import { flagIn, recordIn, textIn, wordIn } from "../members.ts";

/** What Query and Scan share. */

export type Select = "SPECIFIC_ATTRIBUTES" | "COUNT" | "ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES";

const selects: readonly Select[] = [
  "SPECIFIC_ATTRIBUTES",
  "COUNT",
  "ALL_ATTRIBUTES",
  "ALL_PROJECTED_ATTRIBUTES",
];

/** Throws when `Select` does not go with the rest. */
export function selectIn(input: OperationInput): Select | undefined {
  const select = wordIn(input, "Select", selects);
  const parameter = ["ProjectionExpression", "AttributesToGet"].find(
    (name) => (input[name] ?? undefined) !== undefined,
  );
  if (select === "SPECIFIC_ATTRIBUTES" && parameter === undefined)
    throw validationError(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  if (select !== undefined && select !== "SPECIFIC_ATTRIBUTES" && parameter !== undefined)
    throw validationError(
      `Cannot specify the ${parameter} when choosing to get ${select === "COUNT" ? "only the Count" : select}`,
    );
  if (select === "ALL_PROJECTED_ATTRIBUTES" && textIn(input, "IndexName") === undefined)
    throw invalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  return select;
}

/** The index that is read, if one is. */
export function indexIn(table: Table, input: OperationInput): TableIndex | undefined {
  const name = textIn(input, "IndexName");
  if (name === undefined) return undefined;
  const index = table.indexes.find((one) => one.name === name);
  if (index === undefined) throw validationError(`The table does not have the specified index: ${name}`);
  if (flagIn(input, "ConsistentRead") && !mayBeLocal(table, index))
    throw validationError("Consistent reads are not supported on global secondary indexes");
  return index;
}

/** The model does not say which indexes are local; those are that have the table's partition key. */
export function mayBeLocal(table: Table, index: TableIndex): boolean {
  return index.key.name === table.key.name && index.sortKey !== undefined;
}

/** Throws when more is wanted of a global index than it has; local ones fetch it from the table. */
export function checkProjection(
  table: Table,
  index: TableIndex | undefined,
  select: Select | undefined,
  projection: readonly AttributePath[] | undefined,
): void {
  if (index === undefined || index.projection === "all" || mayBeLocal(table, index)) return;
  if (select === "ALL_ATTRIBUTES")
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  const missing = missingNames(table, index, projection);
  if (missing.length > 0)
    throw invalidParameter(`Global secondary index ${index.name} does not project [${missing.join(", ")}]`);
}

/** The attributes that are wanted and the index does not have. */
export function missingNames(
  table: Table,
  index: TableIndex,
  projection: readonly AttributePath[] | undefined,
): readonly string[] {
  const { projection: held } = index;
  if (held === "all" || projection === undefined) return [];
  const keys = [...keyAttributesOf(table), ...keyAttributesOf(index)].map(({ name }) => name);
  const there = new Set([...keys, ...(held === "keys-only" ? [] : held)]);
  return [...new Set(projection.map(([name]) => name))].filter((name) => !there.has(name));
}

/** Where the page is to begin. Throws unless it has exactly the keys of the table and the index. */
export function startIn(
  table: Table,
  index: TableIndex | undefined,
  input: OperationInput,
): Item | undefined {
  const given = recordIn(input, "ExclusiveStartKey");
  if (given === undefined) return undefined;
  const start = readItem(given);
  const attributes = [...keyAttributesOf(table), ...(index === undefined ? [] : keyAttributesOf(index))];
  const names = new Set(attributes.map(({ name }) => name));
  const fits =
    Object.keys(start).length === names.size &&
    attributes.every(({ name, type }) => {
      const value = attributeOf(start, name);
      return value !== undefined && attributeTypeOf(value) === keyTypeLetter[type];
    });
  if (!fits) throw validationError("The provided starting key is invalid");
  return start;
}

/** The names that the condition's paths begin with. */
export function rootsOf(condition: Condition): readonly string[] {
  switch (condition.op) {
    case "and":
    case "or":
      return condition.of.flatMap(rootsOf);
    case "not":
      return rootsOf(condition.of);
    case "exists":
    case "not-exists":
    case "type":
      return [condition.path[0]];
    case "begins-with":
    case "contains":
      return [condition.path[0], ...operandRoots(condition.operand)];
    case "between":
      return [condition.operand, condition.low, condition.high].flatMap(operandRoots);
    case "in":
      return [condition.operand, ...condition.of].flatMap(operandRoots);
    default:
      return [condition.left, condition.right].flatMap(operandRoots);
  }
}

function operandRoots(operand: (Condition & { readonly op: "between" })["operand"]): readonly string[] {
  if ("path" in operand) return [operand.path[0]];
  return "size" in operand ? [operand.size[0]] : [];
}
