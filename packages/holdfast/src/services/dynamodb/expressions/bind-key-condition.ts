import { attributeTypeOf, type AttributeValue } from "../../../model/attribute-value.ts";
import type { KeySchema } from "../../../model/table-key.ts";
import type { Condition, Operand, SortCondition } from "../../../model/table-request.ts";
import { invalidParameter, validationError } from "../dynamodb-error.ts";
import { checkKeyNotEmpty, keyTypeLetter } from "../key-check.ts";
import { expressionError } from "./expression-error.ts";

/** The stretch of a table or index that a query asks for. */
export interface KeyCondition {
  readonly key: AttributeValue;
  readonly sort?: SortCondition;
}

/**
 * A condition on the keys of a table or index, as a stretch of it: the partition key's value, and at most one test of the
 * sort key. Throws DynamoDB's errors for other conditions.
 */
export function toKeyCondition(condition: Condition, schema: KeySchema): KeyCondition {
  const tests = testsOf(condition);
  const names = tests.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw validationError("KeyConditionExpressions must only contain one condition per key");
  return narrow(tests, schema);
}

/** As `toKeyCondition`, of tests that are known to be of different attributes. */
export function narrow(tests: readonly KeyTest[], schema: KeySchema): KeyCondition {
  if (tests.length > 2) throw validationError("Conditions can be of length 1 or 2 only");
  const { key, sortKey } = schema;
  const partition = tests.find(({ name }) => name === key.name);
  if (partition === undefined) throw missing(key.name);
  const sort = tests.find(({ name }) => name !== key.name);
  if (sort !== undefined && sort.name !== sortKey?.name) {
    if (sortKey === undefined) throw validationError("Query key condition not supported");
    throw missing(sortKey.name);
  }
  if (partition.sort.op !== "=") throw validationError("Query key condition not supported");
  checkType(partition, key);
  if (sort === undefined || sortKey === undefined) return { key: partition.sort.value };
  checkType(sort, sortKey);
  return { key: partition.sort.value, sort: sort.sort };
}

/** A test of one key attribute. */
export interface KeyTest {
  readonly name: string;
  readonly sort: SortCondition;
}

function testsOf(condition: Condition): readonly KeyTest[] {
  switch (condition.op) {
    case "and":
      return condition.of.flatMap(testsOf);
    case "=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return [comparisonTest(condition.op, condition.left, condition.right)];
    case "between":
      return [
        {
          name: nameOf(condition.operand),
          sort: { op: "between", low: literal(condition.low), high: literal(condition.high) },
        },
      ];
    case "begins-with":
      return [
        {
          name: nameOf({ path: condition.path }),
          sort: { op: "begins-with", value: literal(condition.operand) },
        },
      ];
    default:
      throw expressionError(
        "KeyConditionExpression",
        `Invalid operator used in KeyConditionExpression: ${operatorNames[condition.op]}`,
      );
  }
}

/** The literal may stand on either side. */
function comparisonTest(op: keyof typeof mirrored, left: Operand, right: Operand): KeyTest {
  if ("value" in left && "path" in right)
    return { name: nameOf(right), sort: { op: mirrored[op], value: left.value } };
  return { name: nameOf(left), sort: { op, value: literal(right) } };
}

const mirrored = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

const operatorNames = {
  or: "OR",
  not: "NOT",
  "<>": "<>",
  in: "IN",
  exists: "attribute_exists",
  "not-exists": "attribute_not_exists",
  type: "attribute_type",
  contains: "contains",
} as const;

function nameOf(operand: Operand): string {
  if ("size" in operand)
    throw expressionError("KeyConditionExpression", "Invalid operator used in KeyConditionExpression: size");
  if ("value" in operand)
    throw expressionError(
      "KeyConditionExpression",
      "Invalid condition in KeyConditionExpression: No key attribute specified",
    );
  if (operand.path.length > 1)
    throw expressionError(
      "KeyConditionExpression",
      "KeyConditionExpressions cannot have conditions on nested attributes",
    );
  return operand.path[0];
}

function literal(operand: Operand): AttributeValue {
  if ("value" in operand) return operand.value;
  throw expressionError(
    "KeyConditionExpression",
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  );
}

function missing(name: string): Error {
  return validationError(`Query condition missed key schema element: ${name}`);
}

function checkType({ name, sort }: KeyTest, attribute: KeySchema["key"]): void {
  const values = sort.op === "between" ? [sort.low, sort.high] : [sort.value];
  for (const value of values) {
    if (attributeTypeOf(value) !== keyTypeLetter[attribute.type])
      throw invalidParameter("Condition parameter type does not match schema type");
    if (sort.op !== "begins-with" || attribute.type !== "number") checkKeyNotEmpty(name, value);
  }
}
