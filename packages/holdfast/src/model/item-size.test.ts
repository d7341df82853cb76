import { describe, expect, it } from "vitest";

import type { AttributeValue } from "./attribute-value.ts";
import { checkItemSize, itemSizeBytes } from "./item-size.ts";

describe("itemSizeBytes", () => {
  // The name "a" is one byte of each.
  it.each<[AttributeValue, number]>([
    [{ S: "" }, 1],
    [{ S: "hello" }, 6],
    [{ S: "é\u{1F600}" }, 7],
    [{ B: new Uint8Array(10) }, 11],
    [{ BOOL: false }, 2],
    [{ NULL: true }, 2],
    [{ N: "0" }, 2],
    [{ N: "1" }, 3],
    [{ N: "12" }, 3],
    [{ N: "123" }, 4],
    [{ N: "-123" }, 5],
    [{ N: "1200000" }, 3],
    [{ N: "0.0012" }, 3],
    [{ N: "1".repeat(38) }, 21],
    [{ SS: ["ab", "c"] }, 4],
    [{ NS: ["1", "200"] }, 5],
    [{ BS: [new Uint8Array(2), new Uint8Array(3)] }, 6],
    [{ L: [] }, 4],
    [{ L: [{ S: "ab" }, { BOOL: true }] }, 9],
    [{ M: {} }, 4],
    [{ M: { xy: { S: "ab" } } }, 9],
  ])("counts %j with its name as %i bytes", (value, size) => {
    expect(itemSizeBytes({ a: value })).toBe(size);
  });
});

describe("checkItemSize", () => {
  it("takes 400 KB exactly and refuses one byte more", () => {
    expect(checkItemSize({ a: { S: "x".repeat(409_599) } })).toBe(409_600);
    expect(() => checkItemSize({ a: { S: "x".repeat(409_600) } })).toThrow(
      expect.objectContaining({ code: "ITEM_TOO_LARGE" }) as Error,
    );
  });
});
