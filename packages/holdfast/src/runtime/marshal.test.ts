import fc from "fast-check";
import { expect, test } from "vitest";
import { fromAttribute, fromItem, toAttribute, toItem } from "./marshal.ts";

test("toAttribute gives each JavaScript value DynamoDB's type", () => {
  const bytes = new Uint8Array([1, 2]);
  expect(
    toItem({
      text: "a",
      number: 1.5,
      big: 2n ** 70n,
      yes: true,
      nothing: null,
      bytes,
      list: ["a", 1],
      map: { inner: false },
    }),
  ).toEqual({
    text: { S: "a" },
    number: { N: "1.5" },
    big: { N: "1180591620717411303424" },
    yes: { BOOL: true },
    nothing: { NULL: true },
    bytes: { B: bytes },
    list: { L: [{ S: "a" }, { N: "1" }] },
    map: { M: { inner: { BOOL: false } } },
  });
});

test("sets become DynamoDB's sets, of one kind each", () => {
  expect(toAttribute(new Set(["a", "b"]))).toEqual({ SS: ["a", "b"] });
  expect(toAttribute(new Set([1, 2n]))).toEqual({ NS: ["1", "2"] });
  expect(() => toAttribute(new Set(["a", 1]))).toThrow("a set holds texts, or numbers, or bytes");
  expect(() => toAttribute(new Set())).toThrow("must not be empty");
});

test("members that are undefined are left out", () => {
  expect(toItem({ a: undefined, b: { c: undefined } })).toEqual({ b: { M: {} } });
});

test("what a table cannot hold is refused with the path to it", () => {
  expect(() => toItem({ a: [{ b: () => 1 }] })).toThrow(
    "item.a[0].b: a value of type function cannot be stored",
  );
  expect(() => toItem({ when: new Date() })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("toISOString") }),
  );
  expect(() => toItem({ n: Number.NaN })).toThrow("NaN");
});

test("whole numbers beyond 2^53 come back as bigint, others as numbers", () => {
  expect(fromAttribute({ N: "9007199254740993" })).toBe(9007199254740993n);
  expect(fromAttribute({ N: "9007199254740991" })).toBe(9007199254740991);
  expect(fromAttribute({ N: "0.1" })).toBe(0.1);
  expect(fromAttribute({ NS: ["1", "18446744073709551615"] })).toEqual(new Set([1, 18446744073709551615n]));
});

test("a value survives the way there and back", () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.maxSafeInteger(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => (Object.is(value, -0) ? 0 : value))
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("any")), fc.dictionary(fc.string(), tie("any"))),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (item) => {
      expect(fromItem(toItem(item))).toEqual({ ...item });
    }),
  );
});
