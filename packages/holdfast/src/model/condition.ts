import { attributeTypeOf, type AttributeValue, type Item } from "./attribute-value.ts";
import { readPath } from "./attribute-path.ts";
import type { AttributePath, Comparator, Condition, Operand } from "./table-request.ts";
import { bytesAsText, compareValues, equalValues } from "./value-comparison.ts";

/**
 * Whether the condition holds of the item; `undefined` stands for an item that is absent. DynamoDB's meaning: an
 * operand that is absent, or of a type that has no order, makes a comparison false. The exception is `<>`, the
 * opposite of `=`: it holds unless both operands are there and equal (so between two absent ones too). The
 * condition must have passed `checkCondition`.
 */
export function evaluateCondition(condition: Condition, item: Item | undefined): boolean {
  switch (condition.op) {
    case "and":
      return condition.of.every((part) => evaluateCondition(part, item));
    case "or":
      return condition.of.some((part) => evaluateCondition(part, item));
    case "not":
      return !evaluateCondition(condition.of, item);
    case "exists":
      return readPath(item, condition.path) !== undefined;
    case "not-exists":
      return readPath(item, condition.path) === undefined;
    case "type":
      return typeAt(item, condition.path) === condition.type;
    case "between":
      return isBetween(condition, item);
    case "in":
      return condition.of.some((member) => compare("=", condition.operand, member, item));
    case "begins-with":
    case "contains": {
      const value = readPath(item, condition.path);
      const operand = readOperand(condition.operand, item);
      if (value === undefined || operand === undefined) return false;
      return condition.op === "contains" ? contains(value, operand) : beginsWith(value, operand);
    }
    default:
      return compare(condition.op, condition.left, condition.right, item);
  }
}

/** What `size()` gives: characters, bytes or members; `undefined` for types that have no size. */
export function sizeOf(value: AttributeValue): number | undefined {
  if ("S" in value) return codePointCount(value.S);
  if ("B" in value) return value.B.byteLength;
  if ("SS" in value) return value.SS.length;
  if ("NS" in value) return value.NS.length;
  if ("BS" in value) return value.BS.length;
  if ("L" in value) return value.L.length;
  if ("M" in value) return Object.keys(value.M).length;
  return undefined;
}

export function readOperand(operand: Operand, item: Item | undefined): AttributeValue | undefined {
  if ("value" in operand) return operand.value;
  if ("path" in operand) return readPath(item, operand.path);
  const value = readPath(item, operand.size);
  const size = value === undefined ? undefined : sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function compare(comparator: Comparator, left: Operand, right: Operand, item: Item | undefined): boolean {
  const a = readOperand(left, item);
  const b = readOperand(right, item);
  if (comparator === "<>") return a === undefined || b === undefined || !equalValues(a, b);
  if (a === undefined || b === undefined) return false;
  if (comparator === "=") return equalValues(a, b);
  const order = compareValues(a, b);
  return order !== undefined && orderSatisfies[comparator](order);
}

const orderSatisfies = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
};

function isBetween(condition: Condition & { readonly op: "between" }, item: Item | undefined): boolean {
  const { operand, low, high } = condition;
  return compare(">=", operand, low, item) && compare("<=", operand, high, item);
}

function typeAt(item: Item | undefined, path: AttributePath): string | undefined {
  const value = readPath(item, path);
  return value === undefined ? undefined : attributeTypeOf(value);
}

function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if ("S" in value && "S" in start) return value.S.startsWith(start.S);
  if ("B" in value && "B" in start) return bytesAsText(value.B).startsWith(bytesAsText(start.B));
  return false;
}

/** Text in text, bytes in bytes, a member in a set, a value of any type in a list. */
function contains(value: AttributeValue, operand: AttributeValue): boolean {
  if ("L" in value) return value.L.some((element) => equalValues(element, operand));
  if ("S" in operand) {
    if ("S" in value) return value.S.includes(operand.S);
    return "SS" in value && value.SS.includes(operand.S);
  }
  if ("N" in operand) return "NS" in value && value.NS.some((member) => equalValues({ N: member }, operand));
  if ("B" in operand) {
    if ("B" in value) return bytesAsText(value.B).includes(bytesAsText(operand.B));
    return "BS" in value && value.BS.some((member) => equalValues({ B: member }, operand));
  }
  return false;
}

function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
