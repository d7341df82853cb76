import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import { Scheduler } from "./scheduler.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.UTC(2026, 0, 1, 0, 0, 30);

function makeScheduler(fail = false): {
  clock: ManualClock;
  runs: [string, number][];
  scheduler: Scheduler;
  log: ReturnType<typeof memoryLog>;
} {
  const clock = new ManualClock(startMs);
  const log = memoryLog();
  const runs: [string, number][] = [];
  const scheduler = new Scheduler({
    clock,
    log,
    run: async ({ name }, atMs) => {
      runs.push([name, atMs]);
      if (fail) throw new Error("on purpose");
    },
  });
  return { clock, runs, scheduler, log };
}

test("schedules run when they are due, and no more once the scheduler is closed", () => {
  const { clock, runs, scheduler } = makeScheduler();
  scheduler.define([
    { name: "minutely", expression: "rate(1 minute)", function: "f" },
    { name: "noon", expression: "cron(0 12 * * ? *)", function: "f" },
  ]);
  clock.advance(2 * minuteMs);
  expect(runs.map(([name]) => name)).toEqual(["minutely", "minutely"]);
  clock.advance(12 * hourMs);
  expect(runs.filter(([name]) => name === "noon")).toEqual([["noon", Date.UTC(2026, 0, 1, 12)]]);
  scheduler.close();
  const count = runs.length;
  clock.advance(24 * hourMs);
  expect(runs).toHaveLength(count);
});

test("a run that is further off than timers reach comes at its time", () => {
  const { clock, runs, scheduler } = makeScheduler();
  scheduler.define([{ name: "yearly", expression: "cron(0 0 1 6 ? *)", function: "f" }]);
  clock.advance(Date.UTC(2026, 4, 31, 23, 59) - startMs);
  expect(runs).toEqual([]);
  clock.advance(2 * minuteMs);
  expect(runs).toEqual([["yearly", Date.UTC(2026, 5, 1)]]);
});

test("a reload keeps the rhythm of what stays, ends what goes, and starts what is new", () => {
  const { clock, runs, scheduler } = makeScheduler();
  scheduler.define([
    { name: "stays", expression: "rate(10 minutes)", function: "f" },
    { name: "goes", expression: "rate(1 minute)", function: "f" },
  ]);
  clock.advance(5 * minuteMs);
  runs.length = 0;
  scheduler.define([
    { name: "stays", expression: "rate(10 minutes)", function: "f" },
    { name: "comes", expression: "rate(2 minutes)", function: "f" },
  ]);
  clock.advance(5 * minuteMs);
  expect(runs.map(([name]) => name).toSorted()).toEqual(["comes", "comes", "comes", "stays"]);
});

test("a run that fails is reported, and the next one comes all the same", async () => {
  const { clock, runs, scheduler, log } = makeScheduler(true);
  scheduler.define([{ name: "bad", expression: "rate(1 minute)", function: "f" }]);
  clock.advance(minuteMs);
  await Promise.resolve();
  clock.advance(minuteMs);
  expect(runs).toHaveLength(2);
  expect(log.entries[0]).toMatchObject({
    level: "error",
    fields: { message: 'Schedule "bad" failed', function: "f" },
  });
});

test("of the runs that a machine slept through one comes, and then the rhythm goes on from now", () => {
  const { clock, runs, scheduler } = makeScheduler();
  scheduler.define([
    { name: "minutely", expression: "rate(1 minute)", function: "f" },
    { name: "hourly", expression: "rate(1 hour)", function: "f" },
    { name: "daily", expression: "rate(1 day)", function: "f" },
  ]);
  clock.sleep(3 * hourMs);
  clock.advance(minuteMs);
  expect(runs.map(([name]) => name).toSorted()).toEqual(["hourly", "minutely"]);
  clock.advance(minuteMs);
  expect(runs.slice(2)).toEqual([["minutely", Date.UTC(2026, 0, 1, 3, 2)]]);
});

test("a run that falls due while a machine sleeps does not wait as long again after it", () => {
  const { clock, runs, scheduler } = makeScheduler();
  scheduler.define([{ name: "noon", expression: "cron(0 12 * * ? *)", function: "f" }]);
  clock.sleep(12 * hourMs);
  clock.advance(minuteMs);
  expect(runs).toEqual([["noon", Date.UTC(2026, 0, 1, 12)]]);
});
