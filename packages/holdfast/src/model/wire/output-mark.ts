import type { ErrorRecord } from "../../base/errors.ts";
import type { LogLevel } from "../../base/log.ts";
import { isErrorRecord } from "./wire-messages.ts";

/**
 * What a function process says on its standard output, where a write is done before the next statement runs and so
 * survives any crash. A mark is one line; what functions print themselves stands between marks.
 */
export type OutputMark =
  | readonly [
      "log",
      level: LogLevel,
      text: string,
      functionName: string | null,
      requestId: string | null,
      /** W3C's, of a traced invocation. */
      traceparent?: string,
    ]
  /** An error that nothing caught: the process ends because of it. */
  | readonly ["fatal", error: ErrorRecord, functionName: string | null]
  /** The process ends by itself; `stack` shows who asked for it. */
  | readonly ["exit", code: number, stack: string];

/** ASCII's record separator, which JSON never holds unescaped. */
export const markStart = "\u001e";

/** The longest text of a log mark, in UTF-16 units; more is cut. */
export const maximumLogTextUnits = 128 * 1024;

export function formatMark(mark: OutputMark): string {
  return `${markStart}${JSON.stringify(mark)}\n`;
}

/** Reads a line from `markStart` on, without its end. Undefined when it is no mark, but somebody's text. */
export function readMark(line: string): OutputMark | undefined {
  let mark: unknown;
  try {
    mark = JSON.parse(line.slice(markStart.length));
  } catch {
    return undefined;
  }
  return Array.isArray(mark) && isOutputMark(mark) ? (mark as unknown as OutputMark) : undefined;
}

const levels: ReadonlySet<unknown> = new Set<LogLevel>(["debug", "info", "warn", "error"]);

function isOutputMark(mark: readonly unknown[]): boolean {
  switch (mark[0]) {
    case "log":
      return (
        levels.has(mark[1]) &&
        typeof mark[2] === "string" &&
        isTextOrNull(mark[3]) &&
        isTextOrNull(mark[4]) &&
        (mark[5] === undefined || typeof mark[5] === "string")
      );
    case "fatal":
      return isErrorRecord(mark[1]) && isTextOrNull(mark[2]);
    case "exit":
      return typeof mark[1] === "number" && typeof mark[2] === "string";
    default:
      return false;
  }
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}
