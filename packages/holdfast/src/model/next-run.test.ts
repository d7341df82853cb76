import fc from "fast-check";
import { expect, it } from "vitest";

import { nextRun, parseSchedule } from "./schedule-expression.ts";

/** A cron field's text beside what it means, said anew from the guide and not from the parser. */
interface Meaning<Value> {
  readonly text: string;
  readonly holds: (value: Value) => boolean;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const monthNames = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const weekdayNames = "SUN MON TUE WED THU FRI SAT".split(" ");

const naming = (low: number, names: readonly string[]) => (value: number, isNamed: boolean) =>
  isNamed ? (names[value - low] ?? String(value)) : String(value);

function element(low: number, high: number, steps: boolean, names: readonly string[] = []) {
  const value = fc.integer({ min: low, max: high });
  const name = naming(low, names);
  const isNamed = names.length > 0 ? fc.boolean() : fc.constant(false);
  const step = fc.integer({ min: 1, max: Math.min(high - low + 1, 40) });
  const all = fc.constant<Meaning<number>>({ text: "*", holds: () => true });
  const one = fc
    .tuple(value, isNamed)
    .map(([at, named]): Meaning<number> => ({ text: name(at, named), holds: (v) => v === at }));
  const range = fc.tuple(value, value, isNamed, isNamed).map(([a, b, na, nb]): Meaning<number> => {
    const [from, to] = low > 1000 && a > b ? [b, a] : [a, b];
    const holds = (v: number): boolean => (from <= to ? from <= v && v <= to : v >= from || v <= to);
    return { text: `${name(from, na)}-${name(to, nb)}`, holds };
  });
  if (!steps) return fc.oneof(all, one, range);
  const stepped = fc.tuple(value, step, fc.boolean()).map(([from, by, star]): Meaning<number> => {
    const start = star ? low : from;
    return { text: `${star ? "*" : from}/${by}`, holds: (v) => v >= start && (v - start) % by === 0 };
  });
  return fc.oneof(all, one, range, stepped);
}

function list(
  low: number,
  high: number,
  steps: boolean,
  names?: readonly string[],
): fc.Arbitrary<Meaning<number>> {
  return fc.array(element(low, high, steps, names), { minLength: 1, maxLength: 3 }).map((elements) => ({
    text: elements.map(({ text }) => text).join(","),
    holds: (value) => elements.some(({ holds }) => holds(value)),
  }));
}

const plusDays = (date: Date, days: number): Date => new Date(date.getTime() + days * dayMs);
const weekdayOf = (date: Date): number => date.getUTCDay() + 1;
const isWorkday = (date: Date): boolean => weekdayOf(date) > 1 && weekdayOf(date) < 7;

/** Of the month's work days the one nearest to the day, which the month must have. */
function isNearestWorkday(date: Date, day: number): boolean {
  const month = Array.from({ length: 31 }, (_, at) => plusDays(date, at + 1 - date.getUTCDate())).filter(
    (other) => other.getUTCMonth() === date.getUTCMonth(),
  );
  if (month.length < day) return false;
  const nearest = month
    .filter(isWorkday)
    .toSorted((a, b) => Math.abs(a.getUTCDate() - day) - Math.abs(b.getUTCDate() - day))[0];
  return nearest?.getTime() === date.getTime();
}

const weekday = fc.integer({ min: 1, max: 7 });
const dayOfMonth: fc.Arbitrary<Meaning<Date>> = fc.oneof(
  list(1, 31, true).map(({ text, holds }) => ({ text, holds: (date: Date) => holds(date.getUTCDate()) })),
  fc.constant({ text: "L", holds: (date: Date) => plusDays(date, 1).getUTCDate() === 1 }),
  fc
    .integer({ min: 1, max: 31 })
    .map((day) => ({ text: `${day}W`, holds: (date: Date) => isNearestWorkday(date, day) })),
);
const dayOfWeek: fc.Arbitrary<Meaning<Date>> = fc.oneof(
  list(1, 7, false, weekdayNames).map(({ text, holds }) => ({
    text,
    holds: (date: Date) => holds(weekdayOf(date)),
  })),
  weekday.map((day) => ({
    text: `${day}L`,
    holds: (date: Date) => weekdayOf(date) === day && plusDays(date, 7).getUTCMonth() !== date.getUTCMonth(),
  })),
  fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([day, nth]) => ({
    text: `${weekdayNames[day - 1]}#${nth}`,
    holds: (date: Date) => weekdayOf(date) === day && Math.ceil(date.getUTCDate() / 7) === nth,
  })),
);

const cron = fc
  .record({
    minute: list(0, 59, true),
    hour: list(0, 23, true),
    days: fc.oneof(
      dayOfMonth.map((days) => ({ ...days, fields: [days.text, "?"] })),
      dayOfWeek.map((days) => ({ ...days, fields: ["?", days.text] })),
    ),
    month: list(1, 12, true, monthNames),
    year: fc.oneof(fc.constant<Meaning<number>>({ text: "*", holds: () => true }), list(1970, 2199, true)),
  })
  .map(({ minute, hour, days, month, year }) => ({
    text: `cron(${minute.text} ${hour.text} ${days.fields[0]} ${month.text} ${days.fields[1]} ${year.text})`,
    isDay: (date: Date): boolean =>
      year.holds(date.getUTCFullYear()) && month.holds(date.getUTCMonth() + 1) && days.holds(date),
    isTime: (date: Date): boolean => hour.holds(date.getUTCHours()) && minute.holds(date.getUTCMinutes()),
  }));

/** How far the naive search looks. */
const horizonDays = 3_000;

it("nextRun is the first minute after the given time that fits the expression", () => {
  let found = 0;
  fc.assert(
    fc.property(
      cron,
      fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2195, 0, 1) }),
      ({ text, isDay, isTime }, afterMs) => {
        const runMs = nextRun(parseSchedule(text), afterMs);
        const endMs = Math.min(runMs ?? Infinity, afterMs + horizonDays * dayMs, Date.UTC(2200, 0, 1));
        const earlier: string[] = [];
        const fits = (at: Date): boolean =>
          isDay(new Date(Math.floor(at.getTime() / dayMs) * dayMs)) && isTime(at);
        for (let dayMsAt = Math.floor(afterMs / dayMs) * dayMs; dayMsAt < endMs; dayMsAt += dayMs) {
          if (!isDay(new Date(dayMsAt))) continue;
          for (let atMs = dayMsAt; atMs < dayMsAt + dayMs && atMs < endMs; atMs += minuteMs) {
            if (atMs > afterMs && isTime(new Date(atMs))) earlier.push(new Date(atMs).toISOString());
          }
        }
        expect(earlier).toEqual([]);
        if (runMs === undefined) return;
        found += 1;
        expect(runMs).toBeGreaterThan(afterMs);
        expect(runMs % minuteMs).toBe(0);
        expect(fits(new Date(runMs))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
  // Expressions that never run would prove little.
  expect(found).toBeGreaterThan(150);
});
