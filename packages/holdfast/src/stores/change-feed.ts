import type { Log } from "../base/log.ts";
import type { Change } from "../model/table-request.ts";

/** Hands changes to listeners in order, each change to all of them before the next. */
export class ChangeFeed {
  readonly #log: Log;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #waiting: (readonly Change[])[] = [];
  #isDelivering = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: (change: Change) => void): () => void {
    // Its own function, so that one listener that watches twice is two.
    const own = (change: Change): void => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** What a listener writes meanwhile is delivered after what it was told of. */
  publish(changes: readonly Change[]): void {
    this.#waiting.push(changes);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      for (const change of batch) {
        for (const listener of this.#listeners) this.#tell(listener, change);
      }
    }
    this.#isDelivering = false;
  }

  #tell(listener: (change: Change) => void, change: Change): void {
    try {
      listener(change);
    } catch (error) {
      this.#log("error", "table.listener-failed", {
        message: `A listener to changes of ${change.table} threw`,
        error,
      });
    }
  }
}
