import { Console } from "node:console";
import { Writable } from "node:stream";
import type { LogLevel } from "../base/log.ts";
import { formatMark, maximumLogTextUnits, type OutputMark } from "../model/wire/output-mark.ts";
import { trimStack } from "./error-report.ts";
import type { InvocationScope, ScopeStorage } from "./invocation-scope.ts";

/** The level of each method that prints; the others (count, group, table, time …) print through `log` or `warn`. */
const levels = {
  debug: "debug",
  log: "info",
  info: "info",
  dir: "info",
  dirxml: "info",
  table: "info",
  count: "info",
  group: "info",
  groupCollapsed: "info",
  time: "info",
  timeLog: "info",
  timeEnd: "info",
  countReset: "info",
  groupEnd: "info",
  warn: "warn",
  error: "error",
  assert: "error",
  trace: "error",
} as const satisfies Partial<Record<keyof Console, LogLevel>>;

type Method = keyof typeof levels;

/** From now on what the console prints goes out marked with its level and with the invocation it comes from. */
export function captureConsole(scopes: ScopeStorage, write: (text: string) => void): void {
  let level: LogLevel = "info";
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      const scope = scopes.getStore();
      write(formatMark(logMark(level, text, scope)));
      done();
    },
  });
  const own = new Console({ stdout: stream, stderr: stream, colorMode: false });
  for (const method of Object.keys(levels) as Method[]) {
    const print = own[method].bind(own) as (...values: readonly unknown[]) => void;
    console[method] = (...values: readonly unknown[]) => {
      level = levels[method];
      print(...values);
    };
  }
}

function logMark(level: LogLevel, text: string, scope: InvocationScope | undefined): OutputMark {
  const line = trimStack(text.endsWith("\n") ? text.slice(0, -1) : text);
  const cut = line.length > maximumLogTextUnits ? `${line.slice(0, maximumLogTextUnits)}…` : line;
  const { functionName = null, requestId = null, traceparent } = scope ?? {};
  return traceparent === undefined
    ? ["log", level, cut, functionName, requestId]
    : ["log", level, cut, functionName, requestId, traceparent];
}
