import { fromErrorRecord, HoldfastError, toError, type ErrorRecord } from "./errors.ts";
import type { LogFields, LogLevel } from "./log.ts";

/** A log entry as plain data: what `dev --json` writes, what is kept on disk, and what `logs --json` prints. */
export interface LogLine {
  readonly event: string;
  readonly level: LogLevel;
  /** ISO 8601, in UTC. */
  readonly time: string;
  readonly message?: string;
  readonly error?: ErrorLine;
  readonly [field: string]: unknown;
}

/** A part of `ErrorRecord`, so that the error can be made again. */
export type ErrorLine = Pick<ErrorRecord, "name" | "message" | "code" | "hint" | "stack">;

export function toLogLine(level: LogLevel, event: string, fields: LogFields, atMs: number): LogLine {
  const { error, ...rest } = fields;
  return {
    event,
    level,
    time: new Date(atMs).toISOString(),
    ...rest,
    ...(error !== undefined && { error: errorLine(error) }),
  };
}

/** Errors of a log come as such, or as records from another process. */
export function toLoggedError(error: unknown): Error {
  if (error instanceof Error || typeof error !== "object" || error === null || !("message" in error))
    return toError(error);
  const record = error as ErrorRecord;
  const revived = fromErrorRecord(record);
  // Without one of its own, the stack of this very place would say nothing to anybody.
  if (record.stack === undefined) delete revived.stack;
  else revived.stack = record.stack;
  return revived;
}

function errorLine(thrown: unknown): ErrorLine {
  const error = toLoggedError(thrown);
  const known = error instanceof HoldfastError ? { code: error.code, hint: error.hint } : {};
  return {
    name: error.name,
    message: error.message,
    ...known,
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}
