import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { nextRun, parseSchedule } from "./schedule-expression.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function runsAfter(text: string, from: string, count = 3): readonly string[] {
  const schedule = parseSchedule(text);
  const runs: string[] = [];
  let afterMs = Date.parse(from);
  for (let at = 0; at < count; at += 1) {
    const runMs = nextRun(schedule, afterMs);
    if (runMs === undefined) break;
    runs.push(new Date(runMs).toISOString().slice(0, 16));
    afterMs = runMs;
  }
  return runs;
}

const codeOf = (text: string): unknown => {
  try {
    parseSchedule(text);
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe("rates", () => {
  test.each([
    ["rate(1 minute)", minuteMs],
    ["rate(5 minutes)", 5 * minuteMs],
    ["rate(1 hour)", 60 * minuteMs],
    ["rate(12 hours)", 720 * minuteMs],
    ["rate(1 day)", dayMs],
    ["rate(7 days)", 7 * dayMs],
  ])("%s runs every %i ms", (text, everyMs) => {
    expect(parseSchedule(text)).toEqual({ kind: "rate", everyMs });
  });

  test.each([
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(0 minutes)",
    "rate(-1 minutes)",
    "rate(1.5 hours)",
    "rate(05 minutes)",
    "rate(5 seconds)",
    "rate(5minutes)",
    "rate(5 MINUTES)",
    "rate(1000001 days)",
    "rate(minutes)",
    "rate()",
    "Rate(5 minutes)",
    " rate(5 minutes)",
    "rate(5 minutes",
    "every 5 minutes",
    "",
  ])("%j is refused", (text) => {
    expect(codeOf(text)).toBe("SCHEDULE_INVALID");
  });

  it("runs at the multiples of its period, after the given time and at most a period later", () => {
    const units = fc.constantFrom("minutes", "hours", "days");
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5_000 }),
        units,
        fc.integer({ min: 0, max: 5e12 }),
        (n, unit, t) => {
          const schedule = parseSchedule(`rate(${n} ${unit})`);
          if (schedule.kind !== "rate") throw new Error("not a rate");
          const runMs = nextRun(schedule, t);
          if (runMs === undefined) throw new Error("no run");
          expect(runMs).toBeGreaterThan(t);
          expect(runMs - t).toBeLessThanOrEqual(schedule.everyMs);
          expect(runMs % schedule.everyMs).toBe(0);
        },
      ),
    );
  });
});

describe("crons", () => {
  // 2026-01-01 is a Thursday.
  test.each([
    ["every minute", "cron(* * * * ? *)", ["2026-01-01T00:01", "2026-01-01T00:02", "2026-01-01T00:03"]],
    ["a time a day", "cron(15 12 * * ? *)", ["2026-01-01T12:15", "2026-01-02T12:15", "2026-01-03T12:15"]],
    [
      "steps from the start",
      "cron(*/25 8 * * ? *)",
      ["2026-01-01T08:00", "2026-01-01T08:25", "2026-01-01T08:50"],
    ],
    [
      "steps from a value",
      "cron(1/20 0 * * ? *)",
      ["2026-01-01T00:01", "2026-01-01T00:21", "2026-01-01T00:41"],
    ],
    [
      "steps in a range",
      "cron(10-30/15 3 * * ? *)",
      ["2026-01-01T03:10", "2026-01-01T03:25", "2026-01-02T03:10"],
    ],
    ["work days", "cron(0 18 ? * MON-FRI *)", ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"]],
    ["small letters", "cron(0 18 ? feb mon *)", ["2026-02-02T18:00", "2026-02-09T18:00", "2026-02-16T18:00"]],
    [
      "around the week",
      "cron(0 0 ? * FRI-SUN *)",
      ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"],
    ],
    [
      "all the week, Monday first",
      "cron(0 0 ? * MON-SUN *)",
      ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"],
    ],
    [
      "numbered week days",
      "cron(0 0 ? * 1,7 *)",
      ["2026-01-03T00:00", "2026-01-04T00:00", "2026-01-10T00:00"],
    ],
    [
      "the month's last day",
      "cron(0 0 L * ? *)",
      ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"],
    ],
    [
      "the week's last day",
      "cron(0 0 ? * L *)",
      ["2026-01-03T00:00", "2026-01-10T00:00", "2026-01-17T00:00"],
    ],
    ["the last Friday", "cron(0 10 ? * 6L *)", ["2026-01-30T10:00", "2026-02-27T10:00", "2026-03-27T10:00"]],
    [
      "the last Friday, named",
      "cron(0 10 ? * FRIL *)",
      ["2026-01-30T10:00", "2026-02-27T10:00", "2026-03-27T10:00"],
    ],
    [
      "the second Tuesday",
      "cron(0 0 ? * 3#2 *)",
      ["2026-01-13T00:00", "2026-02-10T00:00", "2026-03-10T00:00"],
    ],
    [
      "a fifth Thursday",
      "cron(0 0 ? * THU#5 *)",
      ["2026-01-29T00:00", "2026-04-30T00:00", "2026-07-30T00:00"],
    ],
    [
      "nearest to a Saturday or Sunday",
      "cron(0 0 3W * ? *)",
      ["2026-01-02T00:00", "2026-02-03T00:00", "2026-03-03T00:00"],
    ],
    [
      "nearest to the 1st, not in the month before",
      "cron(0 0 1W 8 ? *)",
      ["2026-08-03T00:00", "2027-08-02T00:00", "2028-08-01T00:00"],
    ],
    [
      "nearest to the last, not in the month after",
      "cron(0 0 31W 5 ? *)",
      ["2026-05-29T00:00", "2027-05-31T00:00", "2028-05-31T00:00"],
    ],
    ["leap days", "cron(0 0 29 2 ? *)", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
    ["no more than the years given", "cron(0 0 1 1 ? 2026-2027)", ["2027-01-01T00:00"]],
    ["days that never come", "cron(0 0 30 2 ? *)", []],
  ])("finds %s: %s", (_, text, runs) => {
    expect(runsAfter(text, "2026-01-01T00:00:00Z")).toEqual(runs);
  });

  it("finds a run a millisecond away, and never the given time itself", () => {
    const schedule = parseSchedule("cron(0 12 * * ? *)");
    const noonMs = Date.UTC(2026, 0, 1, 12);
    expect(nextRun(schedule, noonMs - 1)).toBe(noonMs);
    expect(nextRun(schedule, noonMs)).toBe(noonMs + dayMs);
    expect(nextRun(schedule, noonMs + 1)).toBe(noonMs + dayMs);
    expect(nextRun(schedule, noonMs + minuteMs)).toBe(noonMs + dayMs);
  });

  it("ends with the year 2199", () => {
    const schedule = parseSchedule("cron(59 23 31 12 ? *)");
    const lastMs = Date.UTC(2199, 11, 31, 23, 59);
    expect(nextRun(schedule, lastMs - 1)).toBe(lastMs);
    expect(nextRun(schedule, lastMs)).toBeUndefined();
  });

  test.each([
    ["cron(60 * * * ? *)", "minutes field 60 is not"],
    ["cron(-1 * * * ? *)", "minutes field nothing is not"],
    ["cron(1.5 * * * ? *)", "minutes field 1.5 is not"],
    ["cron(5, * * * ? *)", "minutes field nothing is not"],
    ["cron(1-2-3 * * * ? *)", "minutes field 1-2-3 has"],
    ["cron(1/2/3 * * * ? *)", "minutes field 1/2/3 has"],
    ["cron(0/0 * * * ? *)", "minutes field the step 0 is not"],
    ["cron(0/61 * * * ? *)", "minutes field the step 61 is not"],
    ["cron(? * * * ? *)", "minutes field ? is not"],
    ["cron(0 24 * * ? *)", "hours field 24 is not"],
    ["cron(0 0 32 * ? *)", "day-of-month field 32 is not"],
    ["cron(0 0 W * ? *)", "day-of-month field nothing is not"],
    ["cron(0 0 1W,5W * ? *)", "day-of-month field 1W,5 is not"],
    ["cron(0 0 L,5 * ? *)", "day-of-month field L is not"],
    ["cron(0 0 1 13 ? *)", "month field 13 is not"],
    ["cron(0 0 1 JANUARY ? *)", "month field JANUARY is not"],
    ["cron(0 0 ? * 0 *)", "day-of-week field 0 is not"],
    ["cron(0 0 ? * 8 *)", "day-of-week field 8 is not"],
    ["cron(0 0 ? * 2/2 *)", "day-of-week field / cannot"],
    ["cron(0 0 ? * 3#6 *)", "day-of-week field 3#6 is not one"],
    ["cron(0 0 ? * 3#1,6#3 *)", "day-of-week field 3#1,6#3 is not one"],
    ["cron(0 0 ? * #1 *)", "day-of-week field nothing is not"],
    ["cron(0 0 1 1 ? 1969)", "year field 1969 is not"],
    ["cron(0 0 1 1 ? 2200)", "year field 2200 is not"],
    ["cron(0 0 1 1 ? 2030-2029)", "year field 2030-2029 ends"],
    ["cron(0 0 * * * *)", "exactly one of the day-of-month and day-of-week"],
    ["cron(0 0 ? * ? *)", "exactly one of the day-of-month and day-of-week"],
    ["cron(0 0 * * ?)", "it has 5 fields"],
    ["cron(0 0 * * ? * *)", "it has 7 fields"],
    ["cron()", "it has 0 fields"],
    ["cron(0 0 * * ? *) ", "neither"],
  ])("%s is refused, and the error says where", (text, where) => {
    expect(() => parseSchedule(text)).toThrow(where);
    expect(codeOf(text)).toBe("SCHEDULE_INVALID");
  });

  it("throws nothing but SCHEDULE_INVALID, whatever the text", () => {
    const pieces = fc.constantFrom(
      ..."0 1 5 9 13 60 2026 * ? - , / L W # MON JAN rate cron ( ) minutes".split(" "),
      " ",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => `cron(${all.join("")})`),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect([undefined, "SCHEDULE_INVALID"]).toContain(codeOf(one));
      }),
    );
  });
});
