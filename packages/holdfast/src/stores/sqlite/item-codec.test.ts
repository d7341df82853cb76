import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { AttributeValue, Item } from "../../model/attribute-value.ts";
import { normaliseItem } from "../../model/normal-item.ts";
import { decodeItem, encodeItem } from "./item-codec.ts";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ minLength: 40, maxLength: 60 }),
  fc.constant("x".repeat(70_000)),
);
const number = fc.oneof(fc.integer().map(String), fc.stringMatching(/^-?[1-9]\d{0,37}e-?\d{1,2}$/));
const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom("__proto__", "constructor", "0", "10"),
);

const { item } = fc.letrec<{ value: AttributeValue; item: Item }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ S: text }),
    fc.record({ N: number }),
    fc.record({ B: fc.uint8Array() }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.record({ SS: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({ NS: fc.uniqueArray(fc.integer().map(String), { minLength: 1, maxLength: 200 }) }),
    fc.record({ BS: fc.uniqueArray(fc.uint8Array(), { minLength: 1, selector: String }) }),
    fc.record({ L: fc.array(tie("value")) }),
    fc.record({ M: tie("item") }),
  ),
  item: fc.dictionary(name, tie("value"), { noNullPrototype: true }),
}));

describe("encodeItem and decodeItem", () => {
  it("keep any item exactly", () => {
    fc.assert(
      fc.property(item, (written) => {
        const normal = normaliseItem(written);
        const read = decodeItem(encodeItem(normal));
        expect(read).toEqual(normal);
        expect(Object.getOwnPropertyNames(read)).toEqual(Object.getOwnPropertyNames(normal));
      }),
    );
  });

  it("give equal items as many bytes, whatever the order of their names", () => {
    const a = encodeItem({ one: { N: "1" }, two: { S: "é" } });
    const b = encodeItem({ two: { S: "é" }, one: { N: "1" } });
    expect(a.byteLength).toBe(b.byteLength);
  });

  it("give bytes in memory of their own", () => {
    const encoded = encodeItem({ blob: { B: Uint8Array.of(1, 2, 3) } });
    const { B } = decodeItem(encoded)["blob"] as { B: Uint8Array };
    encoded.fill(0);
    expect(B).toEqual(Uint8Array.of(1, 2, 3));
    expect(B.buffer.byteLength).toBe(3);
  });

  it("refuse bytes that are cut short, of another form, or of an unknown kind", () => {
    const encoded = encodeItem({ a: { S: "hello" }, b: { L: [{ N: "1" }] } });
    for (let length = 0; length < encoded.byteLength; length += 1) {
      expect(() => decodeItem(encoded.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => decodeItem(Uint8Array.of(2, 0))).toThrow("unknown form 2");
    expect(() => decodeItem(Uint8Array.of(1, 1, 1, 97, 99))).toThrow("unknown kind 99");
  });
});
