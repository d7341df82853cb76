import { expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { RestartBackoff } from "./restart-backoff.ts";

test("after the first crash there is no pause, then each is twice the one before, up to the longest", () => {
  const clock = new ManualClock(1_000_000);
  const backoff = new RestartBackoff(clock, 300);
  const pauses = [1, 2, 3, 4, 5, 6].map(() => {
    backoff.failed();
    const pauseMs = backoff.pauseMs();
    clock.advance(pauseMs);
    backoff.started();
    return pauseMs;
  });
  expect(pauses).toEqual([0, 50, 100, 200, 300, 300]);
});

test("a pause runs down with time", () => {
  const clock = new ManualClock();
  const backoff = new RestartBackoff(clock, 1_000);
  for (let crash = 0; crash < 3; crash += 1) backoff.failed();
  clock.advance(60);
  expect(backoff.pauseMs()).toBe(40);
  clock.advance(60);
  expect(backoff.pauseMs()).toBe(0);
});

test("a process that ran for a while before it crashed begins a new count", () => {
  const clock = new ManualClock();
  const backoff = new RestartBackoff(clock, 1_000);
  for (let crash = 0; crash < 3; crash += 1) backoff.failed();
  backoff.started();
  clock.advance(5_000);
  backoff.failed();
  expect(backoff.pauseMs()).toBe(0);
});
