import { expect, test } from "vitest";
import { RateLimit } from "./rate-limit.ts";

function taken(limit: RateLimit, times: number, nowMs: number): number {
  let count = 0;
  for (let turn = 0; turn < times; turn += 1) if (limit.take(nowMs)) count += 1;
  return count;
}

test("at once it gives what a second allows, then evenly", () => {
  const limit = new RateLimit(5, 0);
  expect(taken(limit, 100, 0)).toBe(5);
  expect(taken(limit, 100, 199)).toBe(0);
  expect(taken(limit, 100, 200)).toBe(1);
  expect(taken(limit, 100, 60_000)).toBe(5);
});

test("less than one a second is one after so many seconds", () => {
  const limit = new RateLimit(0.1, 0);
  expect(taken(limit, 10, 0)).toBe(1);
  expect(taken(limit, 10, 9_999)).toBe(0);
  expect(taken(limit, 10, 10_000)).toBe(1);
});

test("none a second is none, and a clock that is set back adds nothing", () => {
  expect(taken(new RateLimit(0, 0), 10, 3_600_000)).toBe(0);
  const limit = new RateLimit(1, 10_000);
  expect(taken(limit, 10, 10_000)).toBe(1);
  expect(taken(limit, 10, 0)).toBe(0);
  expect(taken(limit, 10, 1_000)).toBe(1);
});
