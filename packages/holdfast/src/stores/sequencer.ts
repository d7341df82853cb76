import type { Clock } from "../base/clock.ts";

/** Numbers that only grow, also from one run to the next as long as the clock does: the time, and a count within it. */
export class Sequencer {
  readonly #clock: Clock;
  #last = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sixteen hexadecimal digits. */
  next(): string {
    const byTime = BigInt(Math.max(0, Math.trunc(this.#clock.now()))) << 16n;
    this.#last = byTime > this.#last ? byTime : this.#last + 1n;
    return this.#last.toString(16).toUpperCase().padStart(16, "0");
  }
}
