import { describe, expect, test } from "vitest";

import type { Condition } from "../../../model/table-request.ts";
import type { OperationInput } from "../../service-face.ts";
import { bindCondition } from "./bind-condition.ts";
import { Bindings } from "./bindings.ts";
import { ExpressionCache } from "./expression-cache.ts";

const kind = "ConditionExpression";
const values = {
  ":s": { S: "a" },
  ":n": { N: "1" },
  ":m": { N: "2" },
  ":l": { L: [{ S: "a" }, { N: "1" }] },
  ":b": { BOOL: true },
};

function read(text: string, input: OperationInput = {}): Condition {
  const used = Object.entries(values).filter(([name]) => text.includes(name));
  const given = {
    [kind]: text,
    ...(text.includes("#n") && { ExpressionAttributeNames: { "#n": "status" } }),
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
    ...input,
  };
  const bindings = new Bindings(given, [kind]);
  const condition = bindCondition(kind, new ExpressionCache().condition(kind, text), bindings);
  bindings.checkUsed();
  return condition;
}

const a = { path: ["a"] };
const one = { value: { N: "1" } };

describe("a condition is read", () => {
  test.each<[string, unknown]>([
    ["a = :n", { op: "=", left: a, right: one }],
    ["a=:n", { op: "=", left: a, right: one }],
    [":n <> #n", { op: "<>", left: one, right: { path: ["status"] } }],
    ["a.b[0].#n >= :n", { op: ">=", left: { path: ["a", "b", 0, "status"] }, right: one }],
    ["size(a) < :n", { op: "<", left: { size: ["a"] }, right: one }],
    ["(a) = (:n)", { op: "=", left: a, right: one }],
    ["attribute_exists(a)", { op: "exists", path: ["a"] }],
    ["attribute_not_exists (a)", { op: "not-exists", path: ["a"] }],
    ["begins_with(a, :s)", { op: "begins-with", path: ["a"], operand: { value: { S: "a" } } }],
    ["contains(a, b)", { op: "contains", path: ["a"], operand: { path: ["b"] } }],
    ["a in (:n, :m)", { op: "in", operand: a, of: [one, { value: { N: "2" } }] }],
    ["a BETWEEN :n and :m", { op: "between", operand: a, low: one, high: { value: { N: "2" } } }],
    [
      "contains(:l, a)",
      {
        op: "or",
        of: [
          { op: "=", left: a, right: { value: { S: "a" } } },
          { op: "=", left: a, right: one },
        ],
      },
    ],
  ])("%s", (text, condition) => {
    expect(read(text)).toEqual(condition);
  });

  test("NOT binds closer than AND, AND closer than OR, parentheses closest", () => {
    const exists = (name: string) => ({ op: "exists", path: [name] });
    const text = (name: string) => `attribute_exists(${name})`;
    expect(read(`NOT ${text("a")} AND ${text("b")} OR ${text("c")}`)).toEqual({
      op: "or",
      of: [{ op: "and", of: [{ op: "not", of: exists("a") }, exists("b")] }, exists("c")],
    });
    expect(read(`${text("a")} and (${text("b")} or not ${text("c")})`)).toEqual({
      op: "and",
      of: [exists("a"), { op: "or", of: [exists("b"), { op: "not", of: exists("c") }] }],
    });
  });
});

describe("a condition is refused in DynamoDB's words", () => {
  test.each<[string, string]>([
    ["", "The expression can not be empty;"],
    ["a = ", 'Syntax error; token: "<EOF>", near: "="'],
    ["a = = :n", 'Syntax error; token: "=", near: "= = :n"'],
    ["a == :n", 'Syntax error; token: "=", near: "== :n"'],
    ["a = b c", 'Syntax error; token: "c", near: "b c"'],
    ["_a = :n", 'Syntax error; token: "_", near: "_a"'],
    ["a-b = :n", 'Syntax error; token: "-", near: "a-b"'],
    ["a = 'x'", `Syntax error; token: "'", near: "= 'x"`],
    ["a[b] = :n", 'Syntax error; token: "b", near: "[b]"'],
    ["a", 'Syntax error; token: "<EOF>", near: "a"'],
    ["(a = :n", 'Syntax error; token: "<EOF>", near: ":n"'],
    ["((a = :n))", "The expression has redundant parentheses;"],
    [`${"(".repeat(2000)}a`, "The expression has redundant parentheses;"],
    ["status = :n", "Attribute name is a reserved keyword; reserved keyword: status"],
    ["a = :n AND x.Name = :n", "Attribute name is a reserved keyword; reserved keyword: Name"],
    ["#x = :n", "An expression attribute name used in the document path is not defined; attribute name: #x"],
    ["a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"],
    ["foo(a)", "Invalid function name; function: foo"],
    [
      "list_append(a, :n) = :m",
      "The function is not allowed in a condition expression; function: list_append",
    ],
    [
      "attribute_exists(a) = :n",
      "The function is not allowed to be used this way in an expression; function: attribute_exists",
    ],
    ["size(a)", "The function is not allowed to be used this way in an expression; function: size"],
    [
      "begins_with(a)",
      "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
    ],
    [
      "begins_with(a, :n)",
      "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
    ],
    [
      "attribute_exists(:n)",
      "Operator or function requires a document path; operator or function: attribute_exists",
    ],
    [
      "attribute_type(a, :s)",
      "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    ],
    [
      "a < :b",
      "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
    ],
    [
      "a = a",
      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
    ],
    [
      "a BETWEEN :m AND :n",
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
    ],
    [
      "a BETWEEN :s AND :n",
      "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}",
    ],
    [
      `a = ${"b".repeat(4093)}`,
      "Expression size has exceeded the maximum allowed size; expression size: 4097",
    ],
  ])("%s", (text, message) => {
    expect(() => read(text, { [kind]: "given" })).toThrow(
      expect.objectContaining({ code: "ValidationException", message: `Invalid ${kind}: ${message}` }),
    );
  });

  test.each<[OperationInput, string]>([
    [
      { ExpressionAttributeNames: { "#a": "a", "#b": "b" } },
      "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}",
    ],
    [
      { ExpressionAttributeValues: { ":n": { N: "1" } } },
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}",
    ],
    [{ ExpressionAttributeNames: {} }, "ExpressionAttributeNames must not be empty"],
    [
      { ExpressionAttributeNames: { a: "a" } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [
      { ExpressionAttributeValues: { ":n": { N: "x" } } },
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :n",
    ],
    [
      { [kind]: undefined, ExpressionAttributeValues: { ":n": { N: "1" } } },
      "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
    ],
  ])("%j", (input, message) => {
    expect(() => read("attribute_exists(a)", input)).toThrow(expect.objectContaining({ message }));
  });
});
