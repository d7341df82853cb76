import type { Writable } from "node:stream";
import type { Clock } from "../../base/clock.ts";
import type { Log, LogEntry } from "../../base/log.ts";
import type { LevelFilter } from "./level-filter.ts";
import { LineWriter, type LineWriterLimits } from "./line-writer.ts";

/** Makes an entry into text without a line break at its end; undefined for one that is not shown. */
export type LogFormat = (entry: LogEntry, atMs: number) => string | undefined;

export interface ServerLogOptions {
  readonly levels: LevelFilter;
  readonly format: LogFormat;
  readonly output: Writable;
  readonly clock: Clock;
  readonly limits?: Partial<LineWriterLimits>;
}

export interface ServerLog {
  readonly log: Log;
  /** Waits until what was logged is written, 2 seconds at most. */
  readonly close: () => Promise<void>;
}

/** A log that writes lines. Of what its levels leave out, or there is no room for, no text is made. */
export function createServerLog({ levels, format, output, clock, limits = {} }: ServerLogOptions): ServerLog {
  const toDroppedLine = (count: number): string => {
    const message = `${count} log lines came faster than they could be written, and were dropped`;
    return format({ level: "warn", event: "log-dropped", fields: { message } }, clock.now()) ?? message;
  };
  const writer = new LineWriter({ output, clock, toDroppedLine, limits });
  return {
    log(level, event, fields = {}) {
      if (!levels.allows(level, event)) return;
      if (writer.isFull) {
        writer.drop();
        return;
      }
      const line = format({ level, event, fields }, clock.now());
      if (line !== undefined) writer.write(line);
    },
    close: () => writer.close(),
  };
}
