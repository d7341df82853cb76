import { HoldfastError } from "../../base/errors.ts";
import { toLoggedError } from "../../base/log-line.ts";
import type { LogEntry, LogFields, LogLevel } from "../../base/log.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { readLambdaLogLine, type LambdaLogLine } from "../../model/lambda-log-line.ts";
import { escapeControls, escapeControlsButColours } from "./escape-controls.ts";
import { formatDiagnostic } from "./format-error.ts";
import type { Styles } from "./styles.ts";

export interface ShownLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
  /** When it was, as it is to be shown. */
  readonly time: string;
}

const marks: Record<LogLevel, (styles: Styles) => string> = {
  debug: (styles) => styles.dim("·"),
  info: (styles) => styles.dim("·"),
  warn: (styles) => styles.yellow("▲"),
  error: (styles) => styles.red("✖"),
};

const writtenByFunctions: ReadonlySet<string> = new Set(["function-output", "function-log"]);

/** A log entry for people: a line of time, mark, function and message, and below it what an error has to say. */
export function formatLogLine(line: ShownLine, styles: Styles, cwd: string): string {
  const { event, fields, time } = line;
  const source = typeof fields.function === "string" ? `${styles.cyan(fields.function)} ` : "";
  const { level, message } = readRuntimeLine(line) ?? { ...line, message: fields.message ?? event };
  // Clients' words are among our own, and among what functions print; that may be in colour.
  const told = writtenByFunctions.has(event) ? escapeControlsButColours(message) : escapeControls(message);
  const indent = " ".repeat(time.length + 3);
  // What goes on in another line must not look like an entry of its own.
  const head = `${styles.dim(time)} ${marks[level](styles)} ${source}${told.replaceAll("\n", `\n${indent}`)}`;
  return [head, ...details(fields, styles, cwd).map((line) => `${indent}${line}`)].join("\n");
}

/** What a function said through its Lambda runtime's log, which puts time and request before it once more. */
function readRuntimeLine({ event, fields }: ShownLine): LambdaLogLine | undefined {
  return event === "function-output" ? readLambdaLogLine(fields.message ?? "") : undefined;
}

/**
 * `holdfast logs` shows START, END and REPORT of each invocation; beside what goes on now they would bury what functions
 * say. And an error that a runtime reports is told again, with its cause, by the invocation that failed.
 */
export function isOnlyForLogs({ level, event, fields: { message = "" } }: LogEntry): boolean {
  if (event === "function-report") return level === "info";
  return event === "function-output" && readLambdaLogLine(message)?.isFailureReport === true;
}

/** Hours, minutes and seconds here, as in 16:05:09. */
export function timeOfDay(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

function details(fields: LogFields, styles: Styles, cwd: string): string[] {
  const lines: string[] = [];
  for (const diagnostic of (fields.diagnostics ?? []) as readonly Diagnostic[]) {
    lines.push(formatDiagnostic(diagnostic, styles, cwd));
  }
  if (fields.error !== undefined)
    lines.push(...errorDetails(toLoggedError(fields.error), fields.message ?? "", styles));
  if (typeof fields.hint === "string") lines.push(escapeControls(fields.hint));
  return lines.flatMap((text) => text.split("\n"));
}

/** What the line above does not say yet: the error itself, where it was thrown, and what to do. */
function errorDetails(error: Error, told: string, styles: Styles): string[] {
  const stack = (error.stack ?? "").split("\n");
  const firstFrame = stack.findIndex((line) => /^\s+(?:at |File ")/.test(line));
  const frames = firstFrame < 0 ? [] : stack.slice(firstFrame).map((line) => styles.dim(line.trim()));
  const isOurs = error instanceof HoldfastError;
  return [
    ...(told.includes(error.message) ? [] : [escapeControls(`${error.name}: ${error.message}`)]),
    ...(isOurs && error.fault === "user" && error.code !== "HANDLER_THREW"
      ? [`${error.hint} ${styles.dim(`(${error.code})`)}`]
      : []),
    ...frames,
  ];
}
