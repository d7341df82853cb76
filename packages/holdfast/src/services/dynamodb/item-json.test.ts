import { expect, test } from "vitest";

import { readItem, writeItem } from "./item-json.ts";

test("an item is read and written with every type, its attributes in their order", () => {
  const json = {
    z: { S: "é😀" },
    a: { N: "1" },
    bytes: { B: "/wA=" },
    flag: { BOOL: false },
    nothing: { NULL: true },
    texts: { SS: ["b", "a"] },
    numbers: { NS: ["2", "1"] },
    blobs: { BS: ["AA==", "AQ=="] },
    list: { L: [{ M: { inner: { B: "AA==" } } }, { L: [] }] },
  };
  const item = readItem(json);
  expect(item.bytes).toEqual({ B: Buffer.from([255, 0]) });
  expect(JSON.stringify(writeItem(item))).toBe(JSON.stringify(json));
});

test("an attribute may have any name", () => {
  const json = JSON.parse('{"__proto__":{"M":{"constructor":{"S":"x"}}}}') as Record<string, unknown>;
  expect(JSON.stringify(writeItem(readItem(json)))).toBe('{"__proto__":{"M":{"constructor":{"S":"x"}}}}');
});

test.each([
  ["007.50", "7.5"],
  ["1e3", "1000"],
  ["-0", "0"],
  ["+.5", "0.5"],
  ["1E-3", "0.001"],
  ["123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"],
])("the number %s becomes %s", (text, normal) => {
  expect(readItem({ a: { N: text } })).toEqual({ a: { N: normal } });
});

const tooMany = "Attempting to store more than 38 significant digits in a Number";
const overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
const underflow =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const invalid = "One or more parameter values were invalid: ";

test.each<[unknown, string]>([
  [{}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
  [{ X: "1" }, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
  [
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  [{ N: "abc" }, "The parameter cannot be converted to a numeric value: abc"],
  [{ N: "NaN" }, "The parameter cannot be converted to a numeric value: NaN"],
  [{ N: "" }, "The parameter cannot be converted to a numeric value"],
  [{ N: "123456789012345678901234567890123456789" }, tooMany],
  [{ N: "1e126" }, overflow],
  [{ N: "-1e126" }, overflow],
  [{ N: "1e-131" }, underflow],
  [{ SS: [] }, `${invalid}An string set  may not be empty`],
  [{ NS: [] }, `${invalid}An number set  may not be empty`],
  [{ BS: [] }, `${invalid}Binary sets should not be empty`],
  [{ SS: ["a", "a"] }, `${invalid}Input collection [a, a] contains duplicates.`],
  [{ NS: ["1", "1.0"] }, `${invalid}Input collection contains duplicates`],
  [{ BS: ["AA==", "AA=="] }, `${invalid}Input collection [AA==, AA==]of type BS contains duplicates.`],
  [{ NULL: false }, `${invalid}Null attribute value types must have the value of true`],
])("%j is refused: %s", (value, message) => {
  expect(() => readItem({ a: value })).toThrow(
    expect.objectContaining({ code: "ValidationException", message }),
  );
});

test.each([{ S: 1 }, { B: "AA=" }, { B: "A$==" }, { L: {} }, { M: [] }, { BOOL: "no" }, "text", null])(
  "%j has not the shape of a value",
  (value) => {
    expect(() => readItem({ a: value })).toThrow(expect.objectContaining({ code: "SerializationException" }));
  },
);

test("values nest 32 levels deep, no deeper", () => {
  const nested = (levels: number): unknown => (levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] });
  expect(() => readItem({ a: nested(32) })).not.toThrow();
  expect(() => readItem({ a: nested(33) })).toThrow("Nesting Levels have exceeded supported limits");
});
