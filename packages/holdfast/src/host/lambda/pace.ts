/** What is known of how invocations come and go. */
export interface Pace {
  /** Invocations that wait, beyond those that processes under way will take. */
  readonly waiting: number;
  /** How many ended in the last `everyMs`. */
  readonly finished: number;
  readonly everyMs: number;
  /** How long a process takes to start, if one was seen to. */
  readonly startMs: number | undefined;
}

/** Of a runtime of which nothing is known yet. */
const usualStartMs = 200;

/**
 * Whether another process is worth while: what waits would not be gone by the time that it has started. Where
 * handlers answer in milliseconds, a burst is over before; each process takes memory, and the processor while it starts.
 */
export function startsAnother({ waiting, finished, everyMs, startMs = usualStartMs }: Pace): boolean {
  if (waiting <= 0) return false;
  return finished === 0 || (waiting / finished) * everyMs > Math.max(startMs, everyMs);
}
