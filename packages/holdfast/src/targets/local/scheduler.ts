import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Schedule } from "../../model/app-model.ts";
import { nextRun, parseSchedule } from "../../model/schedule-expression.ts";

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when the run failed. */
  readonly run: (schedule: Schedule, scheduledAtMs: number) => Promise<unknown>;
}

/** The longest a timer waits, for timers stand still while a machine sleeps: so soon is it seen what time it is. */
const longestWaitMs = 60_000;

/**
 * Runs functions when their times come. A run that is missed while nothing runs here is not made up for; of those that
 * a machine slept through, one comes when it wakes.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** From now on these. One whose expression stays keeps its rhythm. Throws `SCHEDULE_INVALID`. */
  define(schedules: readonly Schedule[]): void {
    const wanted = new Map(schedules.map((schedule) => [schedule.name, schedule]));
    for (const [name, entry] of this.#entries) {
      if (wanted.get(name)?.expression === entry.schedule.expression) continue;
      entry.timer?.cancel();
      this.#entries.delete(name);
    }
    for (const schedule of wanted.values()) {
      const known = this.#entries.get(schedule.name);
      if (known !== undefined) known.schedule = schedule;
      else this.#add(schedule);
    }
  }

  close(): void {
    for (const { timer } of this.#entries.values()) timer?.cancel();
    this.#entries.clear();
  }

  #add(schedule: Schedule): void {
    const parsed = parseSchedule(schedule.expression);
    const entry: Entry = { schedule, next: (afterMs) => nextRun(parsed, afterMs) };
    this.#entries.set(schedule.name, entry);
    this.#wait(entry, entry.next(this.#options.clock.now()));
  }

  #wait(entry: Entry, dueAtMs: number | undefined): void {
    if (dueAtMs === undefined) return;
    const waitMs = Math.min(Math.max(0, dueAtMs - this.#options.clock.now()), longestWaitMs);
    entry.timer = this.#options.clock.after(waitMs, () => {
      if (this.#options.clock.now() < dueAtMs) return this.#wait(entry, dueAtMs);
      this.#wait(entry, entry.next(this.#options.clock.now()));
      this.#run(entry.schedule, dueAtMs);
    });
  }

  #run(schedule: Schedule, scheduledAtMs: number): void {
    this.#options.run(schedule, scheduledAtMs).catch((error: unknown) => {
      this.#options.log("error", "schedule-failed", {
        message: `Schedule "${schedule.name}" failed`,
        function: schedule.function,
        error,
      });
    });
  }
}

interface Entry {
  schedule: Schedule;
  readonly next: (afterMs: number) => number | undefined;
  timer?: Timer;
}
