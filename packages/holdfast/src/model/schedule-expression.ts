import { parseCron, type CronSchedule } from "./cron-fields.ts";
import { runDaysOf } from "./cron-days.ts";
import { scheduleInvalid } from "./schedule-error.ts";

/** When a schedule runs, as plain data. All times are UTC. */
export type ParsedSchedule = RateSchedule | CronSchedule;

export interface RateSchedule {
  readonly kind: "rate";
  readonly everyMs: number;
}

/** Runs of a rate are at most so many minutes, hours or days apart. */
const maximumRateValue = 1_000_000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const unitsMs: ReadonlyMap<string, number> = new Map([
  ["minute", minuteMs],
  ["hour", hourMs],
  ["day", dayMs],
]);

/**
 * Reads `rate(5 minutes)` or `cron(0 12 * * ? *)` in EventBridge's dialect (its user guide). Names may be written in
 * small letters. Throws `SCHEDULE_INVALID`, which says what is wrong and in which field.
 */
export function parseSchedule(text: string): ParsedSchedule {
  const [, kind, inner] = /^(rate|cron)\(([^()]*)\)$/.exec(text) ?? [];
  if (kind === "rate" && inner !== undefined) return parseRate(text, inner);
  if (kind === "cron" && inner !== undefined) return parseCron(text, inner);
  throw scheduleInvalid(text, "it is neither rate(…) nor cron(…)");
}

/**
 * The first run after `afterMs` (milliseconds since 1970), or undefined when none is left. Runs of a rate are the whole
 * multiples of its period since 1970, so that every node, started whenever, finds the same ones; EventBridge counts
 * from when the rule was made.
 */
export function nextRun(schedule: ParsedSchedule, afterMs: number): number | undefined {
  if (schedule.kind === "rate") return followingMultiple(afterMs, schedule.everyMs);
  const firstMs = followingMultiple(afterMs, minuteMs);
  for (const year of schedule.years) {
    for (const month of schedule.months) {
      if (Date.UTC(year, month, 1) <= firstMs) continue;
      const runMs = firstRunInMonth(schedule, year, month, firstMs);
      if (runMs !== undefined) return runMs;
    }
  }
  return undefined;
}

function firstRunInMonth(
  schedule: CronSchedule,
  year: number,
  month: number,
  firstMs: number,
): number | undefined {
  for (const day of runDaysOf(schedule.days, year, month)) {
    const startMs = Date.UTC(year, month - 1, day);
    if (startMs + dayMs <= firstMs) continue;
    for (const hour of schedule.hours) {
      for (const minute of schedule.minutes) {
        const runMs = startMs + hour * hourMs + minute * minuteMs;
        if (runMs >= firstMs) return runMs;
      }
    }
  }
  return undefined;
}

function followingMultiple(afterMs: number, stepMs: number): number {
  return (Math.floor(afterMs / stepMs) + 1) * stepMs;
}

function parseRate(text: string, inner: string): RateSchedule {
  const [, digits = "", unit = "", plural = ""] = /^([1-9]\d*) +(minute|hour|day)(s?)$/.exec(inner) ?? [];
  const unitMs = unitsMs.get(unit);
  if (unitMs === undefined) {
    throw scheduleInvalid(text, "a rate is a whole number from 1, a space, and minutes, hours or days");
  }
  const value = Number(digits);
  if (value > maximumRateValue) {
    throw scheduleInvalid(text, `the rate's value ${digits} is above ${maximumRateValue}`);
  }
  // EventBridge refuses "1 minutes" and "5 minute".
  const wanted = value === 1 ? "" : "s";
  if (plural !== wanted) throw scheduleInvalid(text, `the rate's unit after ${digits} is ${unit}${wanted}`);
  return { kind: "rate", everyMs: value * unitMs };
}
