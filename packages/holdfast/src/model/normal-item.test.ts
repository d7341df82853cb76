import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "./attribute-value.ts";
import { normaliseItem } from "./normal-item.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A value inside `levels` lists. */
function nested(levels: number): AttributeValue {
  let value: AttributeValue = { S: "x" };
  for (let level = 0; level < levels; level += 1) value = { L: [value] };
  return value;
}

describe("normaliseItem", () => {
  it("writes numbers as DynamoDB does and brings sets into one order", () => {
    expect(
      normaliseItem({
        n: { N: "1.50" },
        ns: { NS: ["10", "9.0", "-1"] },
        ss: { SS: ["b", "a"] },
        bs: { BS: [bytes(2), bytes(1, 1)] },
        deep: {
          M: { list: { L: [{ N: "1e2" }, { BOOL: false }, { NULL: true }, { S: "" }, { B: bytes() }] } },
        },
      }),
    ).toEqual({
      n: { N: "1.5" },
      ns: { NS: ["-1", "9", "10"] },
      ss: { SS: ["a", "b"] },
      bs: { BS: [bytes(1, 1), bytes(2)] },
      deep: {
        M: { list: { L: [{ N: "100" }, { BOOL: false }, { NULL: true }, { S: "" }, { B: bytes() }] } },
      },
    });
  });

  it("shares nothing with what the caller holds", () => {
    const blob = Buffer.from([1, 2]);
    const list: AttributeValue[] = [{ S: "a" }];
    const copy = normaliseItem({ blob: { B: blob }, list: { L: list } });
    blob[0] = 9;
    list.push({ S: "b" });
    expect(copy).toEqual({ blob: { B: bytes(1, 2) }, list: { L: [{ S: "a" }] } });
    expect((copy["blob"] as { B: Uint8Array }).B.constructor).toBe(Uint8Array);
  });

  it("takes any name for a name", () => {
    const item = JSON.parse('{"__proto__":{"S":"x"},"toString":{"M":{"__proto__":{"S":"y"}}}}') as Item;
    const copy = normaliseItem(item);
    expect(Object.keys(copy)).toEqual(["__proto__", "toString"]);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(item));
  });

  it("lets 32 lists and maps stand inside each other, and no more", () => {
    expect(normaliseItem({ a: nested(32) })).toEqual({ a: nested(32) });
    expect(() => normaliseItem({ a: nested(33) })).toThrow("levels");
    expect(() => normaliseItem({ a: nested(100_000) })).toThrow("levels");
  });

  it.each<[string, unknown]>([
    ["what is no object", "item"],
    ["null", null],
    ["a list of attributes", [{ S: "x" }]],
    ["an attribute that is no value", { a: "x" }],
    ["an attribute without a type", { a: {} }],
    ["an attribute of two types", { a: { S: "x", N: "1" } }],
    ["an unknown type", { a: { X: "x" } }],
    ["a type that every object has", { a: { constructor: "x" } }],
    ["text that is a number", { a: { S: 1 } }],
    ["a number that is one", { a: { N: 1 } }],
    ["a number that is none", { a: { N: "one" } }],
    ["binary that is text", { a: { B: "AAAA" } }],
    ["a truth that is text", { a: { BOOL: "true" } }],
    ["a NULL that is false", { a: { NULL: false } }],
    ["a set that is empty", { a: { SS: [] } }],
    ["a set of numbers that is empty", { a: { NS: [] } }],
    ["a set that holds text twice", { a: { SS: ["x", "y", "x"] } }],
    ["a set that holds a number twice", { a: { NS: ["1", "1.0"] } }],
    ["a set that holds bytes twice", { a: { BS: [bytes(1), bytes(1)] } }],
    ["a set that is no array", { a: { SS: "x" } }],
    ["a list that is none", { a: { L: { 0: { S: "x" } } } }],
    ["a map that is a list", { a: { M: [] } }],
    ["a list with a hole", { a: { L: [undefined] } }],
    ["a name that is empty", { "": { S: "x" } }],
    ["a name that is empty, inside", { a: { M: { "": { S: "x" } } } }],
    ["half a character", { a: { S: "\uD83D" } }],
    ["half a character in a name", { "\uDE00": { S: "x" } }],
  ])("refuses %s", (_, item) => {
    expect(() => normaliseItem(item as Item)).toThrow(
      expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error,
    );
  });
});
