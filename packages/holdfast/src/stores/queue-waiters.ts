import type { Clock } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";

/** Beyond these, who would wait is refused. */
export const maximumWaiters = 10_000;

/** What ends a wait; the queue is looked at again then. */
export interface Wait {
  /** Resolves when something comes to the queue from the moment on that the wait was begun, or when it is `untilMs`. */
  until(untilMs: number): Promise<void>;
  end(): void;
}

/** Those who wait for messages, by queue. */
export class QueueWaiters {
  readonly #clock: Clock;
  readonly #wakers = new Map<string, Set<() => void>>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Has to be ended. Throws `STORE_OVERLOADED`. */
  begin(queue: string, signal: AbortSignal | undefined): Wait {
    if (this.#count >= maximumWaiters)
      throw new HoldfastError("STORE_OVERLOADED", `${maximumWaiters} receivers wait for messages of queues`);
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakers = this.#wakers.get(queue) ?? new Set();
    this.#wakers.set(queue, wakers.add(resolve));
    this.#count += 1;
    signal?.addEventListener("abort", () => resolve(), { once: true });
    return {
      until: async (untilMs) => {
        const timer = this.#clock.after(Math.max(0, untilMs - this.#clock.now()), resolve);
        await promise;
        timer.cancel();
      },
      end: () => {
        signal?.removeEventListener("abort", resolve as () => void);
        this.#count -= 1;
        wakers.delete(resolve);
        if (wakers.size === 0 && this.#wakers.get(queue) === wakers) this.#wakers.delete(queue);
      },
    };
  }

  wake(queue: string): void {
    for (const wake of this.#wakers.get(queue) ?? []) wake();
  }

  wakeAll(): void {
    for (const queue of this.#wakers.keys()) this.wake(queue);
  }
}
