import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const usuallyMs = 60_000;

/**
 * Passes on the first line of each event, and then one a minute, which says how many there were between: a disk that is
 * full fails each write, and its log must not be a flood on top.
 */
export function seldom(log: Log, clock: Clock, everyMs = usuallyMs): Log {
  const told = new Map<string, { readonly atMs: number; skipped: number }>();
  return (level, event, fields = {}) => {
    const before = told.get(event);
    const nowMs = clock.now();
    if (before !== undefined && nowMs - before.atMs < everyMs) {
      before.skipped += 1;
      return;
    }
    told.set(event, { atMs: nowMs, skipped: 0 });
    if (before === undefined || before.skipped === 0) log(level, event, fields);
    else
      log(level, event, {
        ...fields,
        message: `${fields.message ?? event} (and ${before.skipped} times more since this was said last)`,
        skipped: before.skipped,
      });
  };
}
