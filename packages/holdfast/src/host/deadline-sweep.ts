import type { Clock, Timer } from "../base/clock.ts";

export interface DeadlineSweepOptions {
  readonly clock: Clock;
  /** Sweeps come no more often: the most by which a caller hears late. */
  readonly everyMs: number;
  /** Settles what is due and returns when the next falls due; `Infinity` when nothing does. */
  expire(nowMs: number): number;
}

/** One timer for all deadlines, set for the first, and none while there are none. */
export class DeadlineSweep {
  readonly #options: DeadlineSweepOptions;
  /** No deadline is earlier. The first may be later, since most of what it is set for ends in time. */
  #earliestMs = Infinity;
  #timer: Timer | undefined;
  #paused = false;

  constructor(options: DeadlineSweepOptions) {
    this.#options = options;
  }

  watch(deadlineMs: number): void {
    if (deadlineMs >= this.#earliestMs) return;
    this.#earliestMs = deadlineMs;
    this.#arm();
  }

  /** Nothing falls due for the time being. */
  pause(): void {
    this.#paused = true;
    this.stop();
  }

  resume(): void {
    this.#paused = false;
    this.#earliestMs = this.#options.clock.now();
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.stop();
    if (this.#paused || this.#earliestMs === Infinity) return;
    const { clock, everyMs } = this.#options;
    const timer = clock.after(Math.max(everyMs, this.#earliestMs - clock.now()), () => {
      // Answers that came while this process was busy, or asleep with the laptop, are read before anything is late.
      setImmediate(() => {
        if (this.#timer === timer) this.#sweep();
      });
    });
    this.#timer = timer;
  }

  #sweep(): void {
    this.#earliestMs = this.#options.expire(this.#options.clock.now());
    this.#arm();
  }
}
