import type { AttributeType } from "../../../model/attribute-value.ts";
import type { Comparator, Condition, Operand } from "../../../model/table-request.ts";
import { expectValue, takeValue } from "./parse-value.ts";
import { malformed } from "./statement-error.ts";
import type { StatementReader } from "./statement-reader.ts";

/** What stands behind WHERE. NOT binds closest, then AND, then OR. */
export function parseCondition(reader: StatementReader): Condition {
  return parseJoined(reader, "or", () => parseJoined(reader, "and", () => parseNot(reader)));
}

function parseJoined(reader: StatementReader, op: "and" | "or", parsePart: () => Condition): Condition {
  const of = [parsePart()];
  while (reader.takeKeyword(op.toUpperCase())) {
    // The words are DynamoDB's.
    if (reader.isAtEnd) throw malformed("Missing right-hand side expression of infix operator");
    of.push(parsePart());
  }
  const [first] = of;
  return of.length === 1 && first !== undefined ? first : { op, of };
}

function parseNot(reader: StatementReader): Condition {
  if (!reader.takeKeyword("NOT")) return parseTest(reader);
  return { op: "not", of: reader.deeper(() => parseNot(reader)) };
}

function parseTest(reader: StatementReader): Condition {
  if (reader.takeSymbol("(")) {
    const inside = reader.deeper(() => parseCondition(reader));
    reader.expectSymbol(")");
    return inside;
  }
  const name = reader.takeFunction();
  if (name === undefined) return parseAfter(reader, expectOperand(reader));
  if (name === "size") return parseAfter(reader, sizeOperand(reader));
  return parseFunction(reader, name);
}

const comparators = ["=", "<>", "!=", "<=", ">=", "<", ">"] as const;

function parseAfter(reader: StatementReader, operand: Operand): Condition {
  const symbol = reader.takeOneOf(comparators);
  if (symbol !== undefined) {
    const op: Comparator = symbol === "!=" ? "<>" : symbol;
    return { op, left: operand, right: expectOperand(reader) };
  }
  if (reader.takeKeyword("IS")) return parseIs(reader, operand);
  const isNot = reader.takeKeyword("NOT");
  const test = parseRange(reader, operand);
  return isNot ? { op: "not", of: test } : test;
}

function parseRange(reader: StatementReader, operand: Operand): Condition {
  if (reader.takeKeyword("BETWEEN")) {
    const low = expectOperand(reader);
    reader.expectKeyword("AND");
    return { op: "between", operand, low, high: expectOperand(reader) };
  }
  reader.expectKeyword("IN");
  return { op: "in", operand, of: parseMembers(reader) };
}

/** `IN [1, 2]` and `IN (1, 2)`. */
function parseMembers(reader: StatementReader): readonly Operand[] {
  const end = reader.takeSymbol("[") ? "]" : ")";
  if (end === ")") reader.expectSymbol("(");
  const members: Operand[] = [];
  do members.push({ value: expectValue(reader) });
  while (reader.takeSymbol(","));
  reader.expectSymbol(end);
  return members;
}

/** That `IS NULL` holds of the type NULL only, and not of what is missing too, as in SQL, is a choice: not known. */
function parseIs(reader: StatementReader, operand: Operand): Condition {
  const isNot = reader.takeKeyword("NOT");
  if (!("path" in operand)) reader.fail();
  const { path } = operand;
  if (reader.takeKeyword("MISSING")) return { op: isNot ? "exists" : "not-exists", path };
  reader.expectKeyword("NULL");
  const isNull: Condition = { op: "type", path, type: "NULL" };
  return isNot ? { op: "not", of: isNull } : isNull;
}

function parseFunction(reader: StatementReader, name: string): Condition {
  if (name !== "begins_with" && name !== "contains" && name !== "attribute_type")
    throw malformed(`Invalid function name; function: ${name}`);
  const path = reader.expectPath();
  reader.expectSymbol(",");
  const operand = expectOperand(reader);
  reader.expectSymbol(")");
  if (name === "attribute_type") return { op: "type", path, type: typeNamed(operand) };
  return { op: name === "contains" ? "contains" : "begins-with", path, operand };
}

const types: readonly AttributeType[] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/** The words are those of expressions; what PartiQL has is not known. */
function typeNamed(operand: Operand): AttributeType {
  const given = "value" in operand && "S" in operand.value ? operand.value.S : "";
  const type = types.find((one) => one === given);
  if (type !== undefined) return type;
  throw malformed(`Invalid attribute type name found; type: ${given}, valid types: {${types.join(",")}}`);
}

function expectOperand(reader: StatementReader): Operand {
  const value = takeValue(reader);
  if (value !== undefined) return { value };
  const name = reader.takeFunction();
  if (name === "size") return sizeOperand(reader);
  if (name !== undefined) throw malformed(`Invalid function name; function: ${name}`);
  return { path: reader.expectPath() };
}

function sizeOperand(reader: StatementReader): Operand {
  const size = reader.expectPath();
  reader.expectSymbol(")");
  return { size };
}
