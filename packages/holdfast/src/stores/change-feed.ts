import type { Log } from "../base/log.ts";

/** Who hears of changes. A promise that it returns is waited for, by those who do wait. */
export type ChangeListener<Change> = (change: Change) => unknown;

interface Batch<Change> {
  readonly changes: readonly Change[];
  /** What listeners began for them. */
  readonly begun: Promise<unknown>[];
}

/** Hands changes to listeners in order, each change to all of them before the next. */
export class ChangeFeed<Change> {
  readonly #log: Log;
  readonly #kind: ChangeKind<Change>;
  readonly #listeners = new Set<ChangeListener<Change>>();
  readonly #waiting: Batch<Change>[] = [];
  #isDelivering = false;

  constructor(log: Log, kind: ChangeKind<Change>) {
    this.#log = log;
    this.#kind = kind;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: ChangeListener<Change>): () => void {
    // Its own function, so that one listener that watches twice is two.
    const own: ChangeListener<Change> = (change) => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** What a listener writes meanwhile is delivered after what it was told of. */
  publish(changes: readonly Change[]): void {
    this.#add({ changes, begun: [] });
  }

  /** Resolves, and never rejects, when listeners are done with what they began. */
  async publishAndWait(changes: readonly Change[]): Promise<void> {
    const batch: Batch<Change> = { changes, begun: [] };
    this.#add(batch);
    // Within a listener, this batch is told of later in this turn.
    await Promise.resolve();
    await Promise.all(batch.begun);
  }

  #add(batch: Batch<Change>): void {
    this.#waiting.push(batch);
    if (!this.#isDelivering) this.#deliver();
  }

  #deliver(): void {
    this.#isDelivering = true;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      for (const change of batch.changes) {
        for (const listener of this.#listeners) this.#tell(listener, change, batch.begun);
      }
    }
    this.#isDelivering = false;
  }

  #tell(listener: ChangeListener<Change>, change: Change, begun: Promise<unknown>[]): void {
    try {
      const telling = listener(change);
      if (telling instanceof Promise)
        begun.push(telling.catch((error: unknown) => this.#noteFailure(change, error)));
    } catch (error) {
      this.#noteFailure(change, error);
    }
  }

  #noteFailure(change: Change, error: unknown): void {
    this.#log("error", `${this.#kind.noun}.listener-failed`, {
      message: `A listener to changes of ${this.#kind.placeOf(change)} threw`,
      error,
    });
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
