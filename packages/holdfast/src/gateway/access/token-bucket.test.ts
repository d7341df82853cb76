import { expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

/** How many of so many tries at once are let through. */
const takeAll = (bucket: TokenBucket, nowMs: number, tries = 100): number =>
  Array.from({ length: tries }, () => bucket.take(nowMs)).filter(Boolean).length;

it("lets a burst through at once, and then so many a second", () => {
  const bucket = new TokenBucket({ ratePerSecond: 10, burst: 5 }, 0);
  expect(takeAll(bucket, 0)).toBe(5);
  expect(takeAll(bucket, 99)).toBe(0);
  expect(takeAll(bucket, 100)).toBe(1);
  expect(takeAll(bucket, 400)).toBe(3);
  expect(takeAll(bucket, 60_000)).toBe(5);
});

it("loses nothing to rounding, however small the steps", () => {
  const bucket = new TokenBucket({ ratePerSecond: 3, burst: 1 }, 0);
  let taken = 0;
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 1) if (bucket.take(nowMs)) taken += 1;
  expect(taken).toBeGreaterThanOrEqual(29);
  expect(taken).toBeLessThanOrEqual(31);
});

it("refuses everything at a rate of 0 once the burst is gone, and all of it with a burst of 0", () => {
  const stopped = new TokenBucket({ ratePerSecond: 0, burst: 2 }, 0);
  expect(takeAll(stopped, 0)).toBe(2);
  expect(takeAll(stopped, 1e12)).toBe(0);
  expect(takeAll(new TokenBucket({ ratePerSecond: 1000, burst: 0 }, 0), 1e12)).toBe(0);
});

it("neither gains nor loses when the clock is set back", () => {
  const bucket = new TokenBucket({ ratePerSecond: 1, burst: 2 }, 10_000);
  expect(takeAll(bucket, 10_000, 1)).toBe(1);
  expect(takeAll(bucket, 0)).toBe(1);
  expect(takeAll(bucket, 999)).toBe(0);
  expect(takeAll(bucket, 1000)).toBe(1);
});
