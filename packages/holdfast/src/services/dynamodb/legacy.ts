import type { AttributeValue } from "../../model/attribute-value.ts";
import type { AttributePath, Condition, SortCondition, UpdateAction } from "../../model/table-request.ts";
import type { OperationInput } from "../service-face.ts";
import { invalidParameter, validationError } from "./dynamodb-error.ts";
import type { KeyTest } from "./expressions/bind-key-condition.ts";
import { readValue } from "./item-json.ts";
import { listIn, recordIn, requireRecord, textIn, wordIn } from "./members.ts";

/**
 * The parameters that expressions took the place of in 2014 and that old handlers still send: `Expected`,
 * `AttributeUpdates`, `KeyConditions`, `QueryFilter`, `ScanFilter`, `AttributesToGet`.
 */

/** A condition for each attribute, joined by `ConditionalOperator`. */
export function legacyConditionIn(input: OperationInput, name: string): Condition | undefined {
  const given = recordIn(input, name);
  const attributes = Object.keys(given ?? {});
  const operator = wordIn(input, "ConditionalOperator", ["OR", "AND"]);
  if (given === undefined || attributes.length === 0) {
    if (operator !== undefined)
      throw validationError("ConditionalOperator cannot be used without Filter or Expected");
    return undefined;
  }
  const of = attributes.map((attribute) => conditionOf([attribute], requireRecord(given, attribute)));
  return { op: operator === "OR" ? "or" : "and", of };
}

/** `KeyConditions`: as tests of key attributes. */
export function legacyKeyTestsIn(input: OperationInput): readonly KeyTest[] | undefined {
  const given = recordIn(input, "KeyConditions");
  if (given === undefined) return undefined;
  return Object.keys(given).map((name) => ({ name, sort: sortConditionOf(requireRecord(given, name)) }));
}

export function legacyProjectionIn(input: OperationInput): readonly AttributePath[] | undefined {
  const given = listIn(input, "AttributesToGet");
  return given?.map((name): AttributePath => {
    if (typeof name === "string") return [name];
    throw invalidParameter("AttributesToGet holds names");
  });
}

/** `AttributeUpdates`: `PUT`, `ADD` and `DELETE` of attributes, each with a value or not. */
export function legacyUpdateIn(input: OperationInput): readonly UpdateAction[] | undefined {
  const given = recordIn(input, "AttributeUpdates");
  if (given === undefined) return undefined;
  return Object.keys(given).map((name) => updateOf(name, requireRecord(given, name)));
}

function updateOf(name: string, update: OperationInput): UpdateAction {
  const action = wordIn(update, "Action", ["ADD", "PUT", "DELETE"]) ?? "PUT";
  const json = update.Value ?? undefined;
  if (json === undefined) {
    if (action === "DELETE") return { action: "remove", path: [name] };
    throw invalidParameter("Only DELETE action is allowed when no attribute value is specified");
  }
  const value = readValue(json);
  if (action === "PUT") return { action: "set", path: [name], value: { value } };
  if (action === "DELETE") return { action: "delete", path: [name], value };
  // A list is appended to, as no expression's ADD does.
  if (!("L" in value)) return { action: "add", path: [name], value };
  const sofar = { ifNotExists: [name] as const, otherwise: { value: { L: [] } } };
  return { action: "set", path: [name], value: { listAppend: [sofar, { value }] } };
}

const operators = [
  "IN",
  "NULL",
  "BETWEEN",
  "LT",
  "NOT_CONTAINS",
  "EQ",
  "GT",
  "NOT_NULL",
  "NE",
  "LE",
  "BEGINS_WITH",
  "GE",
  "CONTAINS",
] as const;
type LegacyOperator = (typeof operators)[number];

function conditionOf(path: readonly [string], given: OperationInput): Condition {
  const operator = wordIn(given, "ComparisonOperator", operators);
  if (operator === undefined) return expectationOf(path, given);
  const values = valuesOf(operator, given);
  const [first, second] = values;
  if (first === undefined) return { op: operator === "NULL" ? "not-exists" : "exists", path };
  const right = { value: first };
  switch (operator) {
    case "IN":
      return { op: "in", operand: { path }, of: values.map((value) => ({ value })) };
    case "BETWEEN":
      return { op: "between", operand: { path }, low: right, high: { value: second ?? first } };
    case "BEGINS_WITH":
      return { op: "begins-with", path, operand: right };
    case "CONTAINS":
      return { op: "contains", path, operand: right };
    case "NOT_CONTAINS":
      return { op: "not", of: { op: "contains", path, operand: right } };
    case "NULL":
    case "NOT_NULL":
      return { op: operator === "NULL" ? "not-exists" : "exists", path };
    default:
      return { op: comparators[operator], left: { path }, right };
  }
}

/** `Expected`'s older form: the attribute has the value, or is absent. */
function expectationOf(path: readonly [string], given: OperationInput): Condition {
  const json = given.Value ?? undefined;
  if (given.Exists === false) {
    if (json === undefined) return { op: "not-exists", path };
    throw invalidParameter("Value cannot be used when Exists is set to false for Attribute: " + path[0]);
  }
  if (json === undefined)
    throw invalidParameter(`Value must be provided when Exists is true for Attribute: ${path[0]}`);
  return { op: "=", left: { path }, right: { value: readValue(json) } };
}

const comparators = { EQ: "=", NE: "<>", LT: "<", LE: "<=", GT: ">", GE: ">=" } as const;

function sortConditionOf(given: OperationInput): SortCondition {
  const operator = wordIn(given, "ComparisonOperator", operators);
  if (operator === undefined) throw validationError("Query key condition not supported");
  const [value, high] = valuesOf(operator, given);
  if (value === undefined) throw validationError("Query key condition not supported");
  switch (operator) {
    case "EQ":
    case "LT":
    case "LE":
    case "GT":
    case "GE":
      return { op: comparators[operator], value };
    case "BETWEEN":
      return { op: "between", low: value, high: high ?? value };
    case "BEGINS_WITH":
      return { op: "begins-with", value };
    default:
      throw validationError("Attempted conditional constraint is not an indexable operation");
  }
}

/** Throws unless there are as many as the operator takes. */
function valuesOf(operator: LegacyOperator, given: OperationInput): readonly AttributeValue[] {
  const list = listIn(given, "AttributeValueList") ?? [];
  const single = given.Value ?? undefined;
  const values = [...list, ...(single === undefined ? [] : [single])].map((json) => readValue(json));
  const wanted = counts[operator];
  const fits = wanted === undefined ? values.length > 0 : values.length === wanted;
  if (!fits)
    throw invalidParameter(
      `Invalid number of argument(s) for the ${textIn(given, "ComparisonOperator") ?? ""} ComparisonOperator`,
    );
  return values;
}

const counts: Readonly<Record<LegacyOperator, number | undefined>> = {
  IN: undefined,
  NULL: 0,
  NOT_NULL: 0,
  BETWEEN: 2,
  LT: 1,
  LE: 1,
  GT: 1,
  GE: 1,
  EQ: 1,
  NE: 1,
  CONTAINS: 1,
  NOT_CONTAINS: 1,
  BEGINS_WITH: 1,
};
