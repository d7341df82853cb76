import type { LogLevel } from "../base/log.ts";

/** What a Lambda runtime wrote for a function, without what an entry of ours says already: time, request, level. */
export interface LambdaLogLine {
  readonly level: LogLevel;
  readonly message: string;
  /** It is the report of an error that the invocation's own failure tells as well. */
  readonly isFailureReport: boolean;
}

/** `time TAB request TAB LEVEL TAB message`, as Node's runtime writes it. */
const nodePattern =
  /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t(?<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t(?<message>[\s\S]*)$/;
/** `[LEVEL] TAB time TAB request TAB message`, as Python's does. */
const pythonPattern =
  /^\[(?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)\]\t\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t(?<message>[\s\S]*)$/;

const nodeReport = /^(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection) \t\{/;
const pythonReport = /^\[ERROR\] [\w.]+: [\s\S]*\nTraceback \(most recent call last\):/;

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: "debug",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  WARNING: "warn",
  ERROR: "error",
  FATAL: "error",
  CRITICAL: "error",
};

/** Undefined for what a function printed past its runtime's log. */
export function readLambdaLogLine(text: string): LambdaLogLine | undefined {
  if (pythonReport.test(text)) return { level: "error", message: text, isFailureReport: true };
  const { level = "", message } = (nodePattern.exec(text) ?? pythonPattern.exec(text))?.groups ?? {};
  if (message === undefined) return undefined;
  return { level: levels[level] ?? "info", message, isFailureReport: nodeReport.test(message) };
}
