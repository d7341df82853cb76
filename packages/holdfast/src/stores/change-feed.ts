import type { Log } from "../base/log.ts";

/** Hands changes to listeners in order, each change to all of them before the next. */
export class ChangeFeed<Change> {
  readonly #log: Log;
  readonly #kind: ChangeKind<Change>;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #waiting: (readonly Change[])[] = [];
  #isDelivering = false;

  constructor(log: Log, kind: ChangeKind<Change>) {
    this.#log = log;
    this.#kind = kind;
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
      this.#log("error", `${this.#kind.noun}.listener-failed`, {
        message: `A listener to changes of ${this.#kind.placeOf(change)} threw`,
        error,
      });
    }
  }
}

/** What changes, for the log: a listener's fault is its own, but it has to be told. */
export interface ChangeKind<Change> {
  readonly noun: "table" | "bucket";
  /** The name of the table or bucket. */
  readonly placeOf: (change: Change) => string;
}

export const tableChanges: ChangeKind<{ readonly table: string }> = {
  noun: "table",
  placeOf: ({ table }) => table,
};

export const bucketChanges: ChangeKind<{ readonly bucket: string }> = {
  noun: "bucket",
  placeOf: ({ bucket }) => bucket,
};
