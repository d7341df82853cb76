import type { CronDays } from "./cron-days.ts";
import { scheduleInvalid } from "./schedule-error.ts";

/** The values at which each field of a cron expression holds, in order. */
export interface CronSchedule {
  readonly kind: "cron";
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: CronDays;
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly years: readonly number[];
}

interface Field {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  /** What may stand for the values, from the lowest. */
  readonly names?: readonly string[];
  /** Whether `/` may be used: EventBridge's guide has it everywhere but in the days of the week. */
  readonly hasSteps: boolean;
  /** Whether a range may begin above its end and go around (`FRI-MON`); years do not. */
  readonly goesAround: boolean;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const circle = { hasSteps: true, goesAround: true };
const fields = {
  minutes: { title: "minutes", low: 0, high: 59, ...circle },
  hours: { title: "hours", low: 0, high: 23, ...circle },
  dayOfMonth: { title: "day-of-month", low: 1, high: 31, ...circle },
  month: { title: "month", low: 1, high: 12, names: monthNames, ...circle },
  dayOfWeek: {
    title: "day-of-week",
    low: 1,
    high: 7,
    names: weekdayNames,
    hasSteps: false,
    goesAround: true,
  },
  year: { title: "year", low: 1970, high: 2199, hasSteps: true, goesAround: false },
} as const satisfies Record<string, Field>;

/** What a field throws: why it cannot be used. */
type Fail = (why: string) => Error;

/** Reads the six fields. `text` is the whole expression, for messages. */
export function parseCron(text: string, inner: string): CronSchedule {
  const parts = inner
    .toUpperCase()
    .split(/\s+/)
    .filter((part) => part !== "");
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined ||
    parts.length > 6
  ) {
    throw scheduleInvalid(
      text,
      `it has ${parts.length} fields, not the six minutes, hours, day-of-month, month, day-of-week and year`,
    );
  }
  const values = (field: Field, part: string): readonly number[] =>
    parseValues(field, part, failureOf(text, field));
  return {
    kind: "cron",
    minutes: values(fields.minutes, minutes),
    hours: values(fields.hours, hours),
    days: parseDays(text, dayOfMonth, dayOfWeek),
    months: values(fields.month, month),
    years: values(fields.year, year),
  };
}

function failureOf(text: string, field: Field): Fail {
  return (why) => scheduleInvalid(text, `in the ${field.title} field ${why}`);
}

function parseDays(text: string, dayOfMonth: string, dayOfWeek: string): CronDays {
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw scheduleInvalid(
      text,
      "exactly one of the day-of-month and day-of-week fields is ?, and the other says the days",
    );
  }
  return dayOfWeek === "?"
    ? parseDayOfMonth(dayOfMonth, failureOf(text, fields.dayOfMonth))
    : parseDayOfWeek(dayOfWeek, failureOf(text, fields.dayOfWeek));
}

function parseDayOfMonth(part: string, fail: Fail): CronDays {
  if (part === "L") return { rule: "last-day" };
  if (part.endsWith("W")) {
    return { rule: "nearest-workday", day: parseValue(fields.dayOfMonth, part.slice(0, -1), fail) };
  }
  return { rule: "days-of-month", days: parseValues(fields.dayOfMonth, part, fail) };
}

/** EventBridge's guide: one `#` and nothing else, `L` alone is the week's last day, `5L` the month's last Thursday. */
function parseDayOfWeek(part: string, fail: Fail): CronDays {
  const field = fields.dayOfWeek;
  if (part === "L") return { rule: "days-of-week", weekdays: [field.high] };
  if (part.endsWith("L")) {
    return { rule: "last-weekday", weekday: parseValue(field, part.slice(0, -1), fail) };
  }
  const [weekday = "", nth, ...more] = part.split("#");
  if (nth === undefined) return { rule: "days-of-week", weekdays: parseValues(field, part, fail) };
  if (more.length > 0 || !/^[1-5]$/.test(nth)) {
    throw fail(`${part} is not one day, # and a number from 1 to 5`);
  }
  return { rule: "nth-weekday", weekday: parseValue(field, weekday, fail), nth: Number(nth) };
}

/** A list of values, ranges and steps: every value that it holds, in order. */
function parseValues(field: Field, part: string, fail: Fail): readonly number[] {
  const held = new Set(part.split(",").flatMap((element) => parseElement(field, element, fail)));
  return [...held].toSorted((a, b) => a - b);
}

function parseElement(field: Field, element: string, fail: Fail): readonly number[] {
  const [span = "", stepText, ...more] = element.split("/");
  if (stepText !== undefined && !field.hasSteps) throw fail("/ cannot be used");
  if (more.length > 0) throw fail(`${element} has more than one /`);
  const step = stepText === undefined ? 1 : parseStep(field, stepText, fail);
  if (span === "*") return spread(field, field.low, field.high, step);
  const [fromText = "", toText, ...rest] = span.split("-");
  if (rest.length > 0) throw fail(`${span} has more than one -`);
  const from = parseValue(field, fromText, fail);
  // `5/10` goes on from 5 to the field's end.
  if (toText === undefined) return spread(field, from, stepText === undefined ? from : field.high, step);
  const to = parseValue(field, toText, fail);
  if (from > to && !field.goesAround) throw fail(`${span} ends before it begins`);
  return spread(field, from, to, step);
}

/** Every step-th value from `from` to `to`, around the end where `to` is the lower. */
function spread(field: Field, from: number, to: number, step: number): readonly number[] {
  const size = field.high - field.low + 1;
  const length = from <= to ? to - from : to - from + size;
  return Array.from(
    { length: Math.floor(length / step) + 1 },
    (_, at) => field.low + ((from - field.low + at * step) % size),
  );
}

function parseStep(field: Field, text: string, fail: Fail): number {
  const most = field.high - field.low + 1;
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > most) throw fail(`the step ${quote(text)} is not a number from 1 to ${most}`);
  return step;
}

function parseValue(field: Field, text: string, fail: Fail): number {
  const named = field.names?.indexOf(text) ?? -1;
  if (named >= 0) return field.low + named;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (value >= field.low && value <= field.high) return value;
  const [first, last] = [field.names?.[0], field.names?.at(-1)];
  const names = first === undefined ? "" : ` or ${first} to ${last}`;
  throw fail(`${quote(text)} is not a number from ${field.low} to ${field.high}${names}`);
}

function quote(text: string): string {
  return text === "" ? "nothing" : text.slice(0, 20);
}
