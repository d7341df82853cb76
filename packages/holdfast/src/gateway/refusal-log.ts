import type { Clock } from "../base/clock.ts";
import type { Log, LogFields, LogLevel } from "../base/log.ts";

const windowMs = 5000;
const linesPerWindow = 20;

/** Logs what clients are refused, in full while that is little; of a flood only how much more there was. */
export class RefusalLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `kind`: what is counted together; one of a few. */
  tell(kind: string, level: LogLevel, event: string, fields: LogFields): void {
    const open = this.#windows.get(kind);
    if (open === undefined) {
      this.#windows.set(kind, { lines: 1, more: 0 });
      this.#clock.after(windowMs, () => this.#close(kind, level, event));
    } else if (open.lines < linesPerWindow) open.lines += 1;
    else {
      open.more += 1;
      return;
    }
    this.#log(level, event, fields);
  }

  #close(kind: string, level: LogLevel, event: string): void {
    const more = this.#windows.get(kind)?.more ?? 0;
    this.#windows.delete(kind);
    if (more === 0) return;
    this.#log(level, event, {
      message: `${more} more like the last ones, within ${windowMs / 1000} seconds (${kind})`,
      refusals: more,
    });
  }
}

interface Window {
  lines: number;
  more: number;
}
