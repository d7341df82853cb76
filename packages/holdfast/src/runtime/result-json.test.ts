import fc from "fast-check";
import { expect, test } from "vitest";
import { resultToJson } from "./result-json.ts";

test("whatever JSON holds is written as JSON.stringify writes it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(resultToJson(value)).toBe(JSON.stringify(value));
    }),
  );
});

test("no result is no JSON", () => {
  expect(resultToJson(undefined)).toBeUndefined();
});

const unusual = fc.constantFrom<unknown>(() => {}, Symbol("s"), 10n, class {});

test("a function, symbol or BigInt is refused, however deep it is", () => {
  fc.assert(
    fc.property(unusual, fc.array(fc.constantFrom("list", "object")), (value, nesting) => {
      const nested = nesting.reduce<unknown>(
        (inner, kind) => (kind === "list" ? [1, inner] : { a: 1, inner }),
        value,
      );
      expect(() => resultToJson(nested)).toThrow(expect.objectContaining({ code: "HANDLER_RESULT_INVALID" }));
    }),
  );
});

test("the message names the property", () => {
  expect(() => resultToJson({ a: { handler: () => {} } })).toThrow(
    '"handler" in what the handler returned is a function',
  );
  expect(() => resultToJson(1n)).toThrow("What the handler returned is a bigint");
});
