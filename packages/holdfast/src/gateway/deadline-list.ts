import type { Clock } from "../base/clock.ts";

/** Something that is given up when its time is over. */
export interface Expiring {
  /** Set by the list; milliseconds since 1970. */
  dueAtMs: number;
  expire(): void;
}

export class Deadline implements Expiring {
  dueAtMs = 0;
  readonly expire: () => void;

  constructor(expire: () => void) {
    this.expire = expire;
  }
}

/**
 * Deadlines that all lie the same time ahead, so that the order of arrival is the order of expiry: adding and
 * removing cost next to nothing, and one timer serves them all.
 */
export class DeadlineList {
  readonly #clock: Clock;
  readonly #durationMs: number;
  readonly #entries = new Set<Expiring>();
  #armed = false;

  constructor(clock: Clock, durationMs: number) {
    this.#clock = clock;
    this.#durationMs = durationMs;
  }

  add(entry: Expiring, nowMs: number = this.#clock.now()): void {
    entry.dueAtMs = nowMs + this.#durationMs;
    this.#entries.add(entry);
    if (!this.#armed) this.#arm(this.#durationMs);
  }

  delete(entry: Expiring): void {
    this.#entries.delete(entry);
  }

  #arm(delayMs: number): void {
    this.#armed = true;
    this.#clock.after(delayMs, this.#expireDue);
  }

  readonly #expireDue = (): void => {
    this.#armed = false;
    const nowMs = this.#clock.now();
    for (const entry of this.#entries) {
      // Timers may fire a moment early, and the first entries may be gone: the next one sets the next alarm.
      if (entry.dueAtMs > nowMs) {
        if (!this.#armed) this.#arm(entry.dueAtMs - nowMs);
        return;
      }
      this.#entries.delete(entry);
      entry.expire();
    }
  };
}
