import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";

export const sweepIntervalMs = 5_000;
/** The most items that one sweep removes; others are due at once when there were as many. */
export const sweepItems = 1_000;

/** Calls `sweep` every so often; it says how many items it removed. Returns what ends it. */
export function startSweeping(clock: Clock, log: Log, sweep: () => Promise<number>): () => void {
  let isStopped = false;
  const run = async (): Promise<void> => {
    const removed = await sweep().catch((error: unknown) => {
      if (!isStopped) log("warn", "table.sweep-failed", { message: "Expired items stay for now", error });
      return 0;
    });
    if (!isStopped) timer = clock.after(removed < sweepItems ? sweepIntervalMs : 0, () => void run());
  };
  let timer = clock.after(sweepIntervalMs, () => void run());
  return () => {
    isStopped = true;
    timer.cancel();
  };
}
