import type { Clock } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { seldom } from "../base/seldom.ts";

/**
 * Tells the log, now and then, that the disk fails: who asked hears of it each time, and may keep it to itself. Other
 * errors are the requests' own.
 */
export function createDiskFaultLog(log: Log, clock: Clock): (error: unknown) => void {
  const tell = seldom(log, clock);
  return (error) => {
    if (!(error instanceof HoldfastError)) return;
    const { code, message } = error;
    if (code === "STATE_NOT_WRITABLE") tell("error", "state.not-writable", { message, code, error });
    if (code === "STATE_CORRUPT") tell("error", "state.corrupt", { message, code, error });
  };
}
