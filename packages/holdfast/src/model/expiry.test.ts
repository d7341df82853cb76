import { describe, expect, it } from "vitest";

import { expiresAtMs, hasExpired } from "./expiry.ts";

const fiveYearsMs = 5 * 365.25 * 24 * 60 * 60 * 1000;

describe("expiresAtMs", () => {
  it.each([
    ["1700000000", 1_700_000_000_000],
    ["170000000e1", 1_700_000_000_000],
    ["1700000000.25", 1_700_000_000_250],
    ["-5", -5_000],
  ])("reads %s seconds", (N, ms) => {
    expect(expiresAtMs({ ttl: { N } }, "ttl")).toBe(ms);
  });

  it("finds none in other types, in absent attributes and beyond all time", () => {
    expect(expiresAtMs({ ttl: { S: "1700000000" } }, "ttl")).toBeUndefined();
    expect(expiresAtMs({ other: { N: "1" } }, "ttl")).toBeUndefined();
    expect(expiresAtMs({ ttl: { N: "1" } }, undefined)).toBeUndefined();
    expect(expiresAtMs({ ttl: { N: "1e100" } }, "ttl")).toBeUndefined();
    expect(expiresAtMs({}, "constructor")).toBeUndefined();
  });
});

describe("hasExpired", () => {
  it("holds from just behind the time on, until five years later", () => {
    const at = 1_700_000_000_000;
    expect(hasExpired(at, at - 1)).toBe(false);
    expect(hasExpired(at, at)).toBe(false);
    expect(hasExpired(at, at + 1)).toBe(true);
    expect(hasExpired(at, at + fiveYearsMs)).toBe(true);
    expect(hasExpired(at, at + fiveYearsMs + 1)).toBe(false);
    expect(hasExpired(undefined, at)).toBe(false);
  });
});
