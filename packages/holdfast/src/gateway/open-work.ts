import type { Clock } from "../base/clock.ts";

/** Counts what is under way, so that a stop can wait for it. */
export class OpenWork {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  /** Resolves when nothing is under way, or after `graceMs`; says which. */
  whenDone(clock: Clock, graceMs: number): Promise<boolean> {
    if (this.#count === 0) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = clock.after(graceMs, () => resolve(false));
    this.#waiting.push(() => {
      timer.cancel();
      resolve(true);
    });
    return promise;
  }
}
