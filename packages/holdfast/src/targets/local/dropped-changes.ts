import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ObjectChange } from "../../ports/bucket-store.ts";

/** So long changes of a bucket are gathered for one line of the log: a flood of them must not be one of lines. */
const gatherMs = 1_000;

/** How many of the changes a line names. */
const namedChanges = 20;

interface Gathered {
  readonly reason: unknown;
  readonly names: string[];
  count: number;
  readonly timer: Timer;
}

/** Reports changes of buckets that no handler will be told of, at most one line a second and bucket. */
export class DroppedChanges {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #byBucket = new Map<string, Gathered>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `reason` is what kept the change from being told. */
  add({ bucket, kind, key }: ObjectChange, reason: unknown): void {
    const gathered = this.#byBucket.get(bucket) ?? this.#begin(bucket, reason);
    gathered.count += 1;
    if (gathered.names.length < namedChanges) gathered.names.push(`${kind} ${key}`);
  }

  /** Reports what is gathered now. */
  flush(): void {
    for (const [bucket, gathered] of this.#byBucket) this.#report(bucket, gathered);
  }

  #begin(bucket: string, reason: unknown): Gathered {
    const timer = this.#clock.after(gatherMs, () => this.#report(bucket, gathered));
    const gathered: Gathered = { reason, names: [], count: 0, timer };
    this.#byBucket.set(bucket, gathered);
    return gathered;
  }

  #report(bucket: string, { reason, names, count, timer }: Gathered): void {
    timer.cancel();
    this.#byBucket.delete(bucket);
    const changes = count === 1 ? "1 change" : `${count} changes`;
    this.#log("error", "bucket.changes-dropped", {
      message: `No handler is told of ${changes} of bucket "${bucket}": ${names.join(", ")}${count > names.length ? ", …" : ""}`,
      bucket,
      dropped: count,
      changes: names,
      error: reason,
    });
  }
}
