import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { DeadlineSweep } from "./deadline-sweep.ts";

/** A sweep over plain numbers, which notes when each was found due. */
function openSweep(everyMs = 20) {
  const clock = new ManualClock();
  let pending: number[] = [];
  let sweeps = 0;
  const expired: [deadlineMs: number, atMs: number][] = [];
  const sweep = new DeadlineSweep({
    clock,
    everyMs,
    expire: (nowMs) => {
      sweeps += 1;
      for (const deadlineMs of pending.filter((one) => one <= nowMs)) expired.push([deadlineMs, nowMs]);
      pending = pending.filter((one) => one > nowMs);
      return Math.min(Infinity, ...pending);
    },
  });
  return {
    clock,
    sweep,
    expired,
    sweeps: () => sweeps,
    watch: (deadlineMs: number) => {
      pending.push(deadlineMs);
      sweep.watch(deadlineMs);
    },
    drop: (deadlineMs: number) => (pending = pending.filter((one) => one !== deadlineMs)),
    advance: async (byMs: number, stepMs = 1): Promise<void> => {
      for (let passedMs = 0; passedMs < byMs; passedMs += stepMs) {
        clock.advance(stepMs);
        await nextTurn();
      }
    },
  };
}

test("whatever the deadlines, none falls due early, and none late by more than the time between sweeps", async () => {
  const times = fc.array(fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 200 })), {
    minLength: 1,
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(times, async (steps) => {
      const { clock, watch, expired, advance } = openSweep(10);
      for (const [waitMs, inMs] of steps) {
        await advance(waitMs);
        watch(clock.now() + inMs);
      }
      await advance(250);
      expect(expired).toHaveLength(steps.length);
      for (const [deadlineMs, atMs] of expired) {
        expect(atMs).toBeGreaterThanOrEqual(deadlineMs);
        expect(atMs - deadlineMs).toBeLessThanOrEqual(10);
      }
    }),
    { numRuns: 30 },
  );
});

test("deadlines that are met cost no sweeps before the first would have been due", async () => {
  const { clock, watch, drop, sweeps, advance } = openSweep();
  for (let index = 0; index < 100; index += 1) {
    const deadlineMs = clock.now() + 1_000;
    watch(deadlineMs);
    await advance(5, 5);
    drop(deadlineMs);
  }
  expect(sweeps()).toBe(0);
  await advance(2_000, 10);
  expect(sweeps()).toBe(1);
});

test("while paused nothing falls due; afterwards it does", async () => {
  const { sweep, watch, expired, advance } = openSweep();
  watch(50);
  sweep.pause();
  watch(30);
  await advance(200, 10);
  expect(expired).toEqual([]);
  sweep.resume();
  await advance(20);
  expect(expired.map(([deadlineMs]) => deadlineMs)).toEqual([50, 30]);
});

test("what is answered before the sweep's turn of the event loop is not late", async () => {
  const { clock, watch, drop, expired } = openSweep();
  watch(50);
  clock.advance(1_000);
  drop(50);
  await nextTurn();
  expect(expired).toEqual([]);
});
