import { expect, test } from "vitest";
import { toCondition, type TableCondition } from "./table-conditions.ts";

const conditionOn = (value: unknown) => toCondition({ a: value } as TableCondition<object>, "id");

test.each([
  ["a set", new Set(["x", "y"]), { SS: ["x", "y"] }],
  ["a set of numbers", new Set([1]), { NS: ["1"] }],
  ["bytes", new Uint8Array([1]), { B: new Uint8Array([1]) }],
  ["a list", [1], { L: [{ N: "1" }] }],
  ["null", null, { NULL: true }],
  ["an object behind eq", { eq: { lt: 1 } }, { M: { lt: { N: "1" } } }],
  ["an empty object behind eq", { eq: {} }, { M: {} }],
])("%s stands for equality", (_, given, value) => {
  expect(conditionOn(given)).toEqual({ op: "=", left: { path: ["a"] }, right: { value } });
});

class Point {
  readonly lt = 1;
}

test.each([
  ["an empty object", {}, /empty object/, /eq: \{\}/],
  ["a Date", new Date(0), /Date/, /toISOString/],
  ["a Map", new Map(), /Map/, /plain object/],
  ["an object of a class, whatever its members", new Point(), /Point/, /plain object/],
  ["an unknown operator", { under: 3 }, /"under".* no operator/, /lt, lte,.* exists/],
  ["a value that is not true or false for exists", { exists: undefined }, /"exists".* wrong shape/, /./],
  ["one bound for between", { between: [1] }, /"between".* wrong shape/, /./],
])("%s is refused rather than ignored", (_, given, message, hint) => {
  expect(() => conditionOn(given)).toThrow(
    expect.objectContaining({
      code: "TABLE_REQUEST_INVALID",
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    }),
  );
});
