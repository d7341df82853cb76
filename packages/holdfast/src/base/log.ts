export type LogLevel = "debug" | "info" | "warn" | "error";

/** What every part reports through. Which lines are shown, and how, is the command's business. */
export interface Log {
  (level: LogLevel, event: string, fields?: LogFields): void;
}

export interface LogFields {
  /** What a person reads. */
  readonly message?: string;
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

export interface LogEntry {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

export const silentLog: Log = () => {};

/** A log that keeps its entries, for tests and for `app.logs`. The oldest go when there are more than `limit`. */
export function memoryLog(limit = 10_000): Log & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  const log = (level: LogLevel, event: string, fields: LogFields = {}): void => {
    if (entries.length >= limit) entries.shift();
    entries.push({ level, event, fields });
  };
  return Object.assign(log, { entries });
}
