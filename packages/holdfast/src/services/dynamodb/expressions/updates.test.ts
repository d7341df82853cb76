import { describe, expect, test } from "vitest";

import { readItem, writeItem } from "../item-json.ts";
import { projectPaths } from "./bind-projection.ts";
import { bindUpdate } from "./bind-update.ts";
import { Bindings } from "./bindings.ts";
import { ExpressionCache } from "./expression-cache.ts";
import { bindProjection } from "./bind-projection.ts";

const values = { ":n": { N: "1" }, ":s": { S: "x" }, ":l": { L: [] }, ":set": { SS: ["a"] } };

function read(text: string) {
  const used = Object.entries(values).filter(([name]) => text.includes(name));
  const given = {
    UpdateExpression: text,
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
  };
  return bindUpdate(new ExpressionCache().update(text), new Bindings(given, ["UpdateExpression"]));
}

const one = { value: { N: "1" } };

describe("an update is read", () => {
  test.each<[string, unknown]>([
    ["SET a = :n", [{ action: "set", path: ["a"], value: one }]],
    [
      "set a=b, c.d[1] = :n",
      [
        { action: "set", path: ["a"], value: { path: ["b"] } },
        { action: "set", path: ["c", "d", 1], value: one },
      ],
    ],
    ["SET a = a + :n", [{ action: "set", path: ["a"], value: { plus: [{ path: ["a"] }, one] } }]],
    ["SET a = (:n - b)", [{ action: "set", path: ["a"], value: { minus: [one, { path: ["b"] }] } }]],
    [
      "SET a = if_not_exists(a, :n) + :n",
      [{ action: "set", path: ["a"], value: { plus: [{ ifNotExists: ["a"], otherwise: one }, one] } }],
    ],
    [
      "SET a = list_append(if_not_exists(a, :l), :l)",
      [
        {
          action: "set",
          path: ["a"],
          value: {
            listAppend: [{ ifNotExists: ["a"], otherwise: { value: { L: [] } } }, { value: { L: [] } }],
          },
        },
      ],
    ],
    [
      "REMOVE a, b[0] ADD c :n DELETE d :set",
      [
        { action: "remove", path: ["a"] },
        { action: "remove", path: ["b", 0] },
        { action: "add", path: ["c"], value: { N: "1" } },
        { action: "delete", path: ["d"], value: { SS: ["a"] } },
      ],
    ],
  ])("%s", (text, actions) => {
    expect(read(text)).toEqual(actions);
  });
});

describe("an update is refused in DynamoDB's words", () => {
  test.each<[string, string]>([
    ["INVALID SYNTAX HERE", 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'],
    ["ADD hits : incr", 'Syntax error; token: ":", near: "hits : incr"'],
    ["SET a = :n,", 'Syntax error; token: "<EOF>", near: ","'],
    ["SET a = :n, #, b = :n", 'Syntax error; token: "#", near: ", #,"'],
    ["SET a = b + c + d", 'Syntax error; token: "+", near: "c + d"'],
    ["SET a = :n SET b = :n", 'The "SET" section can only be used once in an update expression;'],
    ["SET data = :n", "Attribute name is a reserved keyword; reserved keyword: data"],
    [
      "SET a = :n REMOVE a.b",
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
    ],
    [
      "SET a[0] = :n, a.b = :n",
      "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [0]], path two: [a, b]",
    ],
    [
      "ADD a :s",
      "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
    ],
    [
      "DELETE a :n",
      "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
    ],
    [
      "SET a = b + :s",
      "Incorrect operand type for operator or function; operator or function: +, operand type: S",
    ],
    [
      "SET a = list_append(b, :n)",
      "Incorrect operand type for operator or function; operator or function: list_append, operand type: N",
    ],
    [
      "SET a = if_not_exists(:n, :n)",
      "Operator or function requires a document path; operator or function: if_not_exists",
    ],
    ["SET a = size(b)", "The function is not allowed in an update expression; function: size"],
    ["SET a = foo(b)", "Invalid function name; function: foo"],
  ])("%s", (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ message: `Invalid UpdateExpression: ${message}` }),
    );
  });
});

test("a projection keeps what is at its paths, of lists the elements in order", () => {
  const item = readItem({
    a: { S: "x" },
    m: { M: { p: { N: "1" }, q: { N: "2" } } },
    l: { L: [{ N: "0" }, { N: "1" }, { M: { z: { S: "deep" }, y: { S: "no" } } }] },
  });
  const ProjectionExpression = "l[2].z, l[0], m.q, a.b, gone1";
  const bindings = new Bindings({ ProjectionExpression }, ["ProjectionExpression"]);
  const paths = bindProjection(new ExpressionCache().projection(ProjectionExpression), bindings);
  expect(writeItem(projectPaths(item, paths))).toEqual({
    m: { M: { q: { N: "2" } } },
    l: { L: [{ N: "0" }, { M: { z: { S: "deep" } } }] },
  });
});
