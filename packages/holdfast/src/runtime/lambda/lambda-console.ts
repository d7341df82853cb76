import { format } from "node:util";
import { describeErrors, toErrorBody } from "./lambda-errors.ts";

/** From the least on, as `AWS_LAMBDA_LOG_LEVEL` orders them. */
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

type Level = (typeof levels)[number];

const methods = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
} as const satisfies Record<string, Level>;

export interface ConsoleOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the invocation under way; there is none while the function's code loads. */
  readonly requestId: () => string | undefined;
  /** Takes one whole line. */
  readonly write: (text: string) => void;
}

/**
 * From now on the console's lines are Lambda's (its published source): time, request id, level and message with tabs between them,
 * or JSON where `AWS_LAMBDA_LOG_FORMAT` says so. What goes straight to the standard output stays as it is.
 */
export function patchConsole({ environment, requestId, write }: ConsoleOptions): void {
  const toLine = environment.AWS_LAMBDA_LOG_FORMAT === "JSON" ? jsonLine : textLine;
  const least = levels.indexOf(environment.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() as Level);
  for (const [method, level] of Object.entries(methods)) {
    const isShown = levels.indexOf(level) >= least;
    const print = (...values: readonly unknown[]): void => {
      if (isShown) write(`${toLine(new Date().toISOString(), level, requestId(), values)}\n`);
    };
    Object.assign(console, { [method]: print });
  }
}

type ToLine = (
  time: string,
  level: Level,
  requestId: string | undefined,
  values: readonly unknown[],
) => string;

// One record is one line: Lambda writes the lines within it with carriage returns between them (its published source).
const textLine: ToLine = (time, level, requestId, values) =>
  `${time}\t${requestId}\t${level}\t${format(...values)}`.replaceAll(/\r?\n/g, "\r");

const jsonLine: ToLine = (timestamp, level, requestId, values) => {
  const head = { timestamp, level, requestId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...head, message: values[0] }, describeErrors);
    } catch {
      return JSON.stringify({ ...head, message: format(values[0]) });
    }
  }
  const error = values.find((value) => value instanceof Error);
  if (error === undefined) return JSON.stringify({ ...head, message: format(...values) });
  const { errorType, errorMessage, trace } = toErrorBody(error);
  const message = format(...values);
  return JSON.stringify({ ...head, message, errorType, errorMessage, stackTrace: trace });
};
