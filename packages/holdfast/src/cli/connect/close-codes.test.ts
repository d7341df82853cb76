import { describe, expect, it } from "vitest";
import { describeClose, describeCloseCode, isNormalClose, isSendableCloseCode } from "./close-codes.ts";

describe("describeCloseCode", () => {
  it.each([
    [1000, "normal"],
    [1001, "going away"],
    [1003, "kind of data not accepted"],
    [1007, "data does not fit its type, such as text that is not UTF-8"],
    [1008, "against the server's policy"],
    [1009, "message too big"],
    [1011, "internal error of the server"],
    [1012, "the server restarts"],
    [1013, "the server is overloaded, try again later"],
    [3000, "library"],
    [3999, "library"],
    [4000, "application"],
    [4999, "application"],
    [2999, "unknown"],
    [5000, "unknown"],
  ])("says what %i means", (code, words) => {
    expect(describeCloseCode(code)).toBe(words);
  });

  it("calls 1006 abnormal", () => {
    expect(describeCloseCode(1006)).toMatch(/^abnormal/);
  });
});

describe("describeClose", () => {
  it("quotes the reason", () => {
    expect(describeClose(4001, 'no "seat" left')).toBe('4001 (application), "no \\"seat\\" left"');
  });

  it("leaves a reason out where there is none", () => {
    expect(describeClose(1000, "")).toBe("1000 (normal)");
  });
});

describe("isNormalClose", () => {
  it("holds for 1000, for 1001 and for a close frame without a code", () => {
    const normal = Array.from({ length: 5000 }, (_, code) => code).filter(isNormalClose);
    expect(normal).toEqual([1000, 1001, 1005]);
  });
});

describe("isSendableCloseCode", () => {
  it("leaves out what no close frame may carry", () => {
    expect(
      [999, 1004, 1005, 1006, 1015, 2000, 2999, 5000, 1000.5, Number.NaN].filter(isSendableCloseCode),
    ).toEqual([]);
  });

  it("takes every code of libraries and applications", () => {
    const codes = Array.from({ length: 2000 }, (_, index) => 3000 + index);
    expect(codes.filter(isSendableCloseCode)).toEqual(codes);
  });
});
