import { constants } from "node:os";
import type { ErrorRecord } from "../base/errors.ts";
import { failure } from "./failure.ts";

/** All that is known of how a function process ended. */
export interface ProcessEnd {
  /** Of the process, or of the launcher, which hands on 128 and a signal's number. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said itself. */
  readonly fatal?: { readonly error: ErrorRecord; readonly functionName: string | null };
  readonly exit?: { readonly code: number; readonly stack: string };
  /** The last of what it wrote to its standard error. */
  readonly lastErrors: string;
}

/** `subject` is what ended, such as `The process of function "join"`. */
export function describeEnd(subject: string, end: ProcessEnd): ErrorRecord {
  const ended = (how: string, stack?: string): ErrorRecord =>
    failure("FUNCTION_CRASHED", `${subject} ended: ${how}`, stack);
  if (end.fatal !== undefined) return describeFatal(end.fatal, ended);
  if (end.exit !== undefined) return ended(`process.exit(${end.exit.code}) was called`, end.exit.stack);
  const signal = signalOf(end);
  if (signal !== undefined && ranOutOfHeap(end.lastErrors)) {
    return failure("FUNCTION_OUT_OF_MEMORY", `${subject} ended: its heap was full`);
  }
  if (signal === "SIGKILL") {
    return ended("killed by SIGKILL, by itself, by somebody, or by a system that was out of memory");
  }
  return ended(signal === undefined ? `with exit code ${end.code}` : `killed by ${signal}`);
}

function describeFatal(
  fatal: NonNullable<ProcessEnd["fatal"]>,
  ended: (how: string, stack?: string) => ErrorRecord,
): ErrorRecord {
  const { error, functionName } = fatal;
  const where = functionName === null ? "" : ` in function "${functionName}"`;
  return ended(`an error that nothing caught${where}: ${error.name}: ${error.message}`, error.stack);
}

function signalOf(end: ProcessEnd): string | undefined {
  if (end.signal !== null) return end.signal;
  if (end.code === null || end.code <= 128) return undefined;
  const number = end.code - 128;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/** V8's words before it aborts. */
function ranOutOfHeap(lastErrors: string): boolean {
  return lastErrors.includes("FATAL ERROR:") && lastErrors.includes("out of memory");
}
