import { fromErrorRecord, HoldfastError, toError, type ErrorRecord } from "../../base/errors.ts";
import type { Log, LogFields, LogLevel } from "../../base/log.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { LocalApp } from "../../targets/local/start-local.ts";
import type { CommandIo } from "../command-io.ts";
import { escapeControls } from "../output/escape-controls.ts";
import { formatDiagnostic } from "../output/format-error.ts";
import { stylesFor, type Styles } from "../output/styles.ts";

/** What `holdfast dev` says: a banner and lines for people, or one JSON object a line. */
export interface DevReport {
  readonly log: Log;
  ready(app: LocalApp, startupMs: number): void;
  stopping(): void;
  stopped(): void;
}

export function createDevReport(options: { readonly asJson: boolean; readonly io: CommandIo }): DevReport {
  return options.asJson ? jsonReport(options.io) : humanReport(options.io);
}

function jsonReport(io: CommandIo): DevReport {
  let isReady = false;
  const early: object[] = [];
  const write = (line: object): void => void io.stdout.write(`${JSON.stringify(line)}\n`);
  return {
    log(level, event, fields = {}) {
      if (level === "debug") return;
      const { error, ...rest } = fields;
      const line = {
        event,
        level,
        time: new Date().toISOString(),
        ...rest,
        ...(error !== undefined && { error: errorLine(error) }),
      };
      // The first line is always the ready one, or the error that kept it from coming.
      if (isReady) write(line);
      else early.push(line);
    },
    ready(app, startupMs) {
      isReady = true;
      write({
        event: "ready",
        app: app.name,
        stage: app.stage,
        websockets: app.websockets,
        http: app.http,
        functions: app.functions,
        startupMs: Math.round(startupMs),
        diagnostics: app.diagnostics,
      });
      early.splice(0).forEach(write);
    },
    stopping: () => write({ event: "stopping" }),
    stopped: () => write({ event: "stopped" }),
  };
}

function errorLine(thrown: unknown): object {
  const error = toErrorLike(thrown);
  const known = error instanceof HoldfastError ? { code: error.code, hint: error.hint } : {};
  return { name: error.name, message: error.message, ...known, stack: error.stack };
}

function humanReport(io: CommandIo): DevReport {
  const styles = stylesFor(io.stdout, io.env);
  const write = (text: string): void => void io.stdout.write(`${text}\n`);
  return {
    log(level, event, fields = {}) {
      if (level !== "debug") write(formatLogLine(level, event, fields, styles, io.cwd));
    },
    ready(app, startupMs) {
      write(formatBanner(app, startupMs, styles));
      for (const diagnostic of app.diagnostics) write(`${formatDiagnostic(diagnostic, styles, io.cwd)}\n`);
    },
    stopping: () =>
      write(
        styles.dim("\nStopping: closing sockets and running $disconnect … (Ctrl-C again to stop at once)"),
      ),
    stopped: () => write(styles.dim("Stopped.")),
  };
}

export function formatBanner(app: Omit<LocalApp, "stop">, startupMs: number, styles: Styles): string {
  const several = app.websockets.length > 1;
  const rows = [
    ...app.websockets.map(({ name, url }) => [
      "WebSocket",
      `${styles.bold(url)}${several ? styles.dim(`  ${name}`) : ""}`,
    ]),
    ["HTTP", styles.bold(app.http)],
    ["Functions", formatFunctions(app.functions, styles)],
  ];
  return [
    "",
    `  ${styles.bold(app.name)} ${styles.dim(app.stage)}`,
    "",
    ...rows.map(([label = "", value = ""]) => `  ${styles.dim(label.padEnd(10))} ${value}`),
    "",
    `  ${styles.green("●")} Ready in ${Math.round(startupMs)} ms. ${styles.dim("Save a file to reload, Ctrl-C to stop.")}`,
    "",
  ].join("\n");
}

/** A banner is for a glance: `holdfast inspect` has them all. */
const shownFunctions = 8;

function formatFunctions(names: readonly string[], styles: Styles): string {
  if (names.length === 0) return styles.dim("none");
  const more = names.length - shownFunctions;
  return names.slice(0, shownFunctions).join(", ") + (more > 0 ? styles.dim(` and ${more} more`) : "");
}

const marks: Record<LogLevel, (styles: Styles) => string> = {
  debug: (styles) => styles.dim("·"),
  info: (styles) => styles.dim("·"),
  warn: (styles) => styles.yellow("▲"),
  error: (styles) => styles.red("✖"),
};

const writtenByFunctions: ReadonlySet<string> = new Set(["function-output", "function-log"]);

export function formatLogLine(
  level: LogLevel,
  event: string,
  fields: LogFields,
  styles: Styles,
  cwd: string,
): string {
  const time = styles.dim(new Date().toTimeString().slice(0, 8));
  const source = typeof fields.function === "string" ? `${styles.cyan(fields.function)} ` : "";
  const message = fields.message ?? event;
  // Clients' words are among our own; what functions print may be in colour.
  const told = writtenByFunctions.has(event) ? message : escapeControls(message);
  const head = `${time} ${marks[level](styles)} ${source}${told}`;
  return [head, ...details(fields, styles, cwd)].join("\n");
}

function details(fields: LogFields, styles: Styles, cwd: string): string[] {
  const lines: string[] = [];
  for (const diagnostic of (fields.diagnostics ?? []) as readonly Diagnostic[]) {
    lines.push(formatDiagnostic(diagnostic, styles, cwd));
  }
  if (fields.error !== undefined)
    lines.push(...errorDetails(toErrorLike(fields.error), fields.message ?? "", styles));
  if (typeof fields.hint === "string") lines.push(escapeControls(fields.hint));
  return lines.flatMap((text) => text.split("\n")).map((line) => `           ${line}`);
}

/** Errors come as such, or as records from another process. */
function toErrorLike(error: unknown): Error {
  if (error instanceof Error || typeof error !== "object" || error === null || !("message" in error))
    return toError(error);
  const record = error as ErrorRecord;
  const revived = fromErrorRecord(record);
  if (record.stack !== undefined) revived.stack = record.stack;
  return revived;
}

/** What the line above does not say yet: the error itself, where it was thrown, and what to do. */
function errorDetails(error: Error, told: string, styles: Styles): string[] {
  const stack = (error.stack ?? "").split("\n");
  const firstFrame = stack.findIndex((line) => /^\s+at /.test(line));
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
