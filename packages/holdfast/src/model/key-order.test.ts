import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { AttributeValue } from "./attribute-value.ts";
import { compareBytes, encodeKey } from "./key-order.ts";

/** A number and its exact value as an integer at the scale 10^-167, below every digit that DynamoDB's range holds. */
const scaled = fc
  .record({
    sign: fc.constantFrom(-1n, 0n, 1n),
    digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
    exponent: fc.oneof(fc.integer({ min: -130, max: 125 }), fc.integer({ min: -2, max: 2 })),
  })
  .map(({ sign, digits, exponent }) => {
    const scale = exponent - (digits.length - 1);
    return {
      text: sign === 0n ? "0" : `${sign < 0n ? "-" : ""}${digits}e${scale}`,
      value: sign * BigInt(digits) * 10n ** BigInt(scale + 167),
    };
  });

/** Numbers whose first digits agree, where an encoding goes wrong first. */
const related = fc
  .tuple(
    fc.stringMatching(/^[1-9][0-9]{0,5}$/),
    fc.stringMatching(/^0{0,4}[0-9]{0,3}$/),
    fc.constantFrom("", "-"),
  )
  .map(([start, more, sign]) => ({
    text: `${sign}0.${start}${more}`,
    value: BigInt(`${sign}${(start + more).padEnd(20, "0")}`) * 10n ** 147n,
  }));

const number = fc.oneof(scaled, related);

const order = (a: AttributeValue, b: AttributeValue): number => compareBytes(encodeKey(a), encodeKey(b));

describe("encodeKey", () => {
  it("orders numbers by value", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(order({ N: a.text }, { N: b.text })).toBe(a.value < b.value ? -1 : a.value > b.value ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("orders the awkward numbers by value", () => {
    const ascending = [
      `-${"9".repeat(38)}e88`,
      "-1e125",
      "-124",
      "-123.5",
      "-123",
      "-120.3",
      "-12.003",
      "-12",
      "-1.2003",
      "-1.2",
      "-1.01",
      "-1",
      "-0.5",
      "-1e-130",
      "0",
      "1e-130",
      "0.5",
      "1",
      "1.01",
      "1.2",
      "1.2003",
      "12",
      "12.003",
      "120.3",
      "123",
      "123.5",
      "124",
      "1e125",
      `${"9".repeat(38)}e88`,
    ];
    const shuffled = ascending.toSorted();
    expect(shuffled.toSorted((a, b) => order({ N: a }, { N: b }))).toEqual(ascending);
  });

  it("gives equal numbers equal bytes, however they are written", () => {
    for (const text of ["1.0", "1e0", "+1", "001", "0.1e1"]) expect(order({ N: text }, { N: "1" })).toBe(0);
    for (const text of ["-0", "0.00", "0e9"]) expect(order({ N: text }, { N: "0" })).toBe(0);
  });

  it("takes at most 23 bytes for a number", () => {
    expect(encodeKey({ N: `-${"9".repeat(38)}` }).byteLength).toBeLessThanOrEqual(23);
  });

  it("orders text by its UTF-8 bytes, which is by code point and not as JavaScript does", () => {
    const [face, tilde] = ["\u{1F600}", "\uFF5E"];
    expect([tilde, face].toSorted()).toEqual([face, tilde]);
    expect(order({ S: face }, { S: tilde })).toBe(1);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const points = (text: string): number[] =>
          Array.from(text, (character) => character.codePointAt(0) ?? 0);
        expect(order({ S: a }, { S: b })).toBe(compareArrays(points(a), points(b)));
      }),
    );
  });

  it("orders binary by unsigned bytes, the shorter first", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(order({ B: a }, { B: b })).toBe(compareArrays([...a], [...b]));
      }),
    );
  });

  it("refuses values that cannot be keys", () => {
    const values: AttributeValue[] = [{ BOOL: true }, { NULL: true }, { L: [] }, { M: {} }, { SS: ["a"] }];
    for (const value of values) {
      expect(() => encodeKey(value)).toThrow(
        expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error,
      );
    }
  });
});

function compareArrays(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
