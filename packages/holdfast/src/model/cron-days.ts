/** On which days of a month a schedule runs. Days of the week are 1 (Sunday) to 7 (Saturday). */
export type CronDays =
  | { readonly rule: "days-of-month"; readonly days: readonly number[] }
  | { readonly rule: "days-of-week"; readonly weekdays: readonly number[] }
  | { readonly rule: "last-day" }
  /** The Monday to Friday nearest to the day, within its month. */
  | { readonly rule: "nearest-workday"; readonly day: number }
  | { readonly rule: "last-weekday"; readonly weekday: number }
  /** `nth` 1 to 5; a month with fewer has none. */
  | { readonly rule: "nth-weekday"; readonly weekday: number; readonly nth: number };

const sunday = 1;
const saturday = 7;
const weekDays = 7;

/** The days, in order, of a month (1 to 12). A month without such a day has none. */
export function runDaysOf(days: CronDays, year: number, month: number): readonly number[] {
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 1;
  const weekdayOf = (day: number): number => ((firstWeekday + day - 2) % weekDays) + 1;
  switch (days.rule) {
    case "days-of-month":
      return days.days.filter((day) => day <= lastDay);
    case "days-of-week":
      return Array.from({ length: lastDay }, (_, at) => at + 1).filter((day) =>
        days.weekdays.includes(weekdayOf(day)),
      );
    case "last-day":
      return [lastDay];
    case "nearest-workday":
      return days.day > lastDay ? [] : [nearestWorkday(days.day, weekdayOf(days.day), lastDay)];
    case "last-weekday":
      return [lastDay - ((weekdayOf(lastDay) - days.weekday + weekDays) % weekDays)];
    case "nth-weekday": {
      const first = ((days.weekday - firstWeekday + weekDays) % weekDays) + 1;
      const day = first + (days.nth - 1) * weekDays;
      return day <= lastDay ? [day] : [];
    }
  }
}

function nearestWorkday(day: number, weekday: number, lastDay: number): number {
  if (weekday === saturday) return day === 1 ? day + 2 : day - 1;
  if (weekday === sunday) return day === lastDay ? day - 2 : day + 1;
  return day;
}
