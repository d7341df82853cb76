import { describe, expect, it } from "vitest";
import { addHeader, addSubprotocol, readCount, readTimeoutMs, readWaitMs } from "./connect-request.ts";

const invalid = expect.objectContaining({ code: "OPTION_INVALID" });

describe("addHeader", () => {
  it("takes what follows the first colon, without the spaces around it", () => {
    expect(addHeader("Authorization:  Bearer a:b ")).toEqual({ Authorization: ["Bearer a:b"] });
  });

  it("keeps several values of a name, however it is written", () => {
    const headers = addHeader("X-Tag: two", addHeader("x-tag: one", addHeader("other:")));
    expect(headers).toEqual({ other: [""], "x-tag": ["one", "two"] });
  });

  it.each(["", "no colon", ": value", "bad name: x", "x: line\nbreak", "x: ☃"])("refuses %j", (given) => {
    expect(() => addHeader(given)).toThrow(invalid);
  });
});

describe("addSubprotocol", () => {
  it("keeps order, and each name once", () => {
    expect(addSubprotocol("b", addSubprotocol("a", addSubprotocol("b")))).toEqual(["b", "a"]);
  });

  it.each(["", "a b", "a,b", "ü"])("refuses %j", (given) => {
    expect(() => addSubprotocol(given)).toThrow(invalid);
  });
});

describe("readWaitMs", () => {
  it.each([
    ["0", 0],
    ["1", 1000],
    ["0.25", 250],
    [".5", 500],
    ["forever", Number.POSITIVE_INFINITY],
  ])("reads %s", (given, ms) => {
    expect(readWaitMs(given)).toBe(ms);
  });

  it.each(["", "-1", "1s", "1e9", "Infinity", "99999999999", "NaN"])("refuses %j", (given) => {
    expect(() => readWaitMs(given)).toThrow(invalid);
  });
});

describe("readTimeoutMs", () => {
  it("refuses no time at all, which would mean no limit", () => {
    expect(readTimeoutMs("0.5")).toBe(500);
    expect(() => readTimeoutMs("0")).toThrow(invalid);
    expect(() => readTimeoutMs("forever")).toThrow(invalid);
  });
});

describe("readCount", () => {
  it("takes whole numbers from 1", () => {
    expect(readCount("12")).toBe(12);
    for (const given of ["0", "-1", "1.5", "", "many", "1".repeat(40)]) {
      expect(() => readCount(given)).toThrow(invalid);
    }
  });
});
