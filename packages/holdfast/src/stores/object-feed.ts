import type { Log } from "../base/log.ts";
import type { ObjectChange } from "../ports/bucket-store.ts";

/** Hands changes of objects to listeners in order, each change to all of them before the next. */
export class ObjectFeed {
  readonly #log: Log;
  readonly #listeners = new Set<(change: ObjectChange) => void>();
  readonly #waiting: ObjectChange[] = [];
  #isDelivering = false;

  constructor(log: Log) {
    this.#log = log;
  }

  watch(listener: (change: ObjectChange) => void): () => void {
    // Its own function, so that one listener that watches twice is two.
    const own = (change: ObjectChange): void => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** What a listener changes meanwhile is delivered after what it was told of. */
  publish(change: ObjectChange): void {
    this.#waiting.push(change);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      for (const listener of this.#listeners) this.#tell(listener, next);
    }
    this.#isDelivering = false;
  }

  #tell(listener: (change: ObjectChange) => void, change: ObjectChange): void {
    try {
      listener(change);
    } catch (error) {
      this.#log("error", "bucket.listener-failed", {
        message: `A listener to changes of ${change.bucket} threw`,
        error,
      });
    }
  }
}
