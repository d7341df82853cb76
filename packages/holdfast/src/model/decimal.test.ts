import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HoldfastError } from "../base/errors.ts";
import { addNumbers, compareNumbers, normaliseNumber, subtractNumbers } from "./decimal.ts";

/** Any number that DynamoDB takes, written in one of many ways, with its exact value as `coefficient` × 10^`scale`. */
interface Written {
  readonly text: string;
  readonly coefficient: bigint;
  readonly scale: number;
}

const written: fc.Arbitrary<Written> = fc
  .record({
    isNegative: fc.boolean(),
    digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
    // The first digit's exponent; then the last one's is in range of the text below too.
    exponent: fc.integer({ min: -130, max: 125 }),
    plus: fc.boolean(),
    leadingZeros: fc.nat(3),
    trailingZeros: fc.nat(3),
    pointAt: fc.nat(45),
    letter: fc.constantFrom("e", "E"),
  })
  .map(({ isNegative, digits, exponent, plus, leadingZeros, trailingZeros, pointAt, letter }) => {
    const scale = exponent - (digits.length - 1);
    const all = "0".repeat(leadingZeros) + digits + "0".repeat(trailingZeros);
    const point = Math.min(pointAt, all.length);
    const shift = scale - trailingZeros + (all.length - point);
    const sign = isNegative ? "-" : plus ? "+" : "";
    return {
      text: `${sign}${all.slice(0, point)}.${all.slice(point)}${letter}${shift}`,
      coefficient: (isNegative ? -1n : 1n) * BigInt(digits),
      scale,
    };
  });

const anyNumber = fc.oneof(
  written,
  fc
    .constantFrom("0", "-0", "0.000", "0e1000", ".0E-999")
    .map((text): Written => ({ text, coefficient: 0n, scale: 0 })),
  // Close together, so that sums cancel and equal values in other words are met.
  fc
    .record({ whole: fc.integer({ min: -200, max: 200 }), scale: fc.integer({ min: -3, max: 3 }) })
    .map(({ whole, scale }): Written => ({ text: `${whole}e${scale}`, coefficient: BigInt(whole), scale })),
);

/** Brings both to one scale: then their coefficients compare and add as the numbers do. */
function align(a: Written, b: Written): readonly [bigint, bigint, number] {
  const scale = Math.min(a.scale, b.scale);
  return [
    a.coefficient * 10n ** BigInt(a.scale - scale),
    b.coefficient * 10n ** BigInt(b.scale - scale),
    scale,
  ];
}

/** An independent reading of plain text such as `-0.05`. */
function readPlain(text: string): Written {
  const [whole = "", fraction = ""] = text.split(".");
  return { text, coefficient: BigInt(whole + fraction), scale: -fraction.length };
}

const isSame = (a: Written, b: Written): boolean => {
  const [left, right] = align(a, b);
  return left === right;
};

/** `undefined` when it refuses; what else it throws is a fault. */
function outcomeOf(compute: () => string): string | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

describe("normaliseNumber", () => {
  it.each([
    ["1", "1"],
    ["1.0", "1"],
    ["1e0", "1"],
    ["+1", "1"],
    ["0001.230", "1.23"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0", "0"],
    ["0e1000", "0"],
    ["-17.4E37", "-174000000000000000000000000000000000000"],
    ["1e-7", "0.0000001"],
    ["12e-1", "1.2"],
    ["1200", "1200"],
    ["1e125", `1${"0".repeat(125)}`],
    ["1e-130", `0.${"0".repeat(129)}1`],
    [`${"9".repeat(38)}e88`, "9".repeat(38) + "0".repeat(88)],
    [`${"1".repeat(38)}000`, `${"1".repeat(38)}000`],
  ])("writes %s as DynamoDB does: %s", (text, plain) => {
    expect(normaliseNumber(text)).toBe(plain);
  });

  it.each([
    "",
    " 1",
    "1 ",
    "NaN",
    "Infinity",
    "-Infinity",
    "dog",
    "-",
    ".",
    "1e",
    "e5",
    "1,000",
    "0x10",
    "1_000",
    "1.2.3",
    "--1",
    "9".repeat(39),
    `1${"0".repeat(37)}1`,
    "3.14159265358979323846264338327950288419",
    "1e126",
    "11e125",
    "1e-131",
    "0.9e-130",
    "1e999999999999999999999",
  ])("refuses %j", (text) => {
    expect(() => normaliseNumber(text)).toThrow(
      expect.objectContaining({ code: "TABLE_REQUEST_INVALID" }) as Error,
    );
  });

  it.each([5, null, undefined, ["1"], 5n])("refuses %s, which is not text", (value) => {
    expect(() => normaliseNumber(value as unknown as string)).toThrow(HoldfastError);
  });

  it("reads a long run of zeros in time that grows with its length only", () => {
    const zeros = "0".repeat(200_000);
    expect(normaliseNumber(`${zeros}1.5${zeros}`)).toBe("1.5");
    expect(() => normaliseNumber(`1${zeros}1`)).toThrow(HoldfastError);
  });

  it("keeps the value, and gives the same text however the number was written", () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        const plain = normaliseNumber(number.text);
        expect(plain).toMatch(/^(?:0|-?(?:[1-9]\d*|0)(?:\.\d*[1-9])?)$/);
        expect(isSame(readPlain(plain), number)).toBe(true);
        expect(normaliseNumber(plain)).toBe(plain);
      }),
    );
  });
});

describe("compareNumbers", () => {
  it("orders by value, as big integers of one scale do", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (a, b) => {
        const [left, right] = align(a, b);
        expect(Math.sign(compareNumbers(a.text, b.text))).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});

describe("addNumbers and subtractNumbers", () => {
  it("are exact, or refuse what 38 digits cannot hold", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (a, b) => {
        const [left, right, scale] = align(a, b);
        for (const [compute, exact] of [
          [() => addNumbers(a.text, b.text), left + right],
          [() => subtractNumbers(a.text, b.text), left - right],
        ] as const) {
          const digits = String(exact < 0n ? -exact : exact);
          const significant = digits.replace(/0+$/, "");
          const exponent = digits.length - 1 + scale;
          const fits = exact === 0n || (significant.length <= 38 && exponent <= 125 && exponent >= -130);
          const outcome = outcomeOf(compute);
          const isExact =
            outcome !== undefined && isSame(readPlain(outcome), { text: "", coefficient: exact, scale });
          expect(isExact).toBe(fits);
          expect(outcome === undefined).toBe(!fits);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["10000000000000000000000", "1", "10000000000000000000001"],
    ["0.1", "0.2", "0.3"],
    ["5", "-5", "0"],
    ["-1.5", "0.25", "-1.25"],
  ])("adds %s and %s to %s", (a, b, sum) => {
    expect(addNumbers(a, b)).toBe(sum);
  });

  it("refuses what has too many digits or is too large", () => {
    expect(() => addNumbers("1e50", "1")).toThrow(HoldfastError);
    expect(() => subtractNumbers("1e50", "1")).toThrow(HoldfastError);
    expect(() => addNumbers("9e125", "9e125")).toThrow(HoldfastError);
    expect(() => subtractNumbers("9e125", "-9e125")).toThrow(HoldfastError);
    expect(() => subtractNumbers("1.5e-130", "1e-130")).toThrow(HoldfastError);
  });
});
