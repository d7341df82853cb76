import { toLogLine } from "../../base/log-line.ts";
import type { Log } from "../../base/log.ts";
import type { LevelFilter } from "../../telemetry/logs/level-filter.ts";
import type { LocalApp } from "../../targets/local/start-local.ts";
import type { CommandIo } from "../command-io.ts";
import { escapeControls } from "../output/escape-controls.ts";
import { formatDiagnostic } from "../output/format-error.ts";
import { formatLogLine, isOnlyForLogs, timeOfDay } from "../output/format-log-line.ts";
import { stylesFor, type Styles } from "../output/styles.ts";

/** What `holdfast dev` says: a banner and lines for people, or one JSON object a line. */
export interface DevReport {
  readonly log: Log;
  ready(app: Omit<LocalApp, "drain">, startupMs: number): void;
  stopping(): void;
  stopped(): void;
}

export interface DevReportOptions {
  readonly asJson: boolean;
  readonly levels: LevelFilter;
  readonly io: CommandIo;
}

export function createDevReport(options: DevReportOptions): DevReport {
  return options.asJson ? jsonReport(options) : humanReport(options);
}

function jsonReport({ levels, io }: DevReportOptions): DevReport {
  let isReady = false;
  const early: object[] = [];
  const write = (line: object): void => void io.stdout.write(`${JSON.stringify(line)}\n`);
  return {
    log(level, event, fields = {}) {
      if (!levels.allows(level, event)) return;
      const line = toLogLine(level, event, fields, Date.now());
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
        outputs: app.outputs,
        startupMs: Math.round(startupMs),
        diagnostics: app.diagnostics,
      });
      early.splice(0).forEach(write);
    },
    stopping: () => write({ event: "stopping" }),
    stopped: () => write({ event: "stopped" }),
  };
}

function humanReport({ levels, io }: DevReportOptions): DevReport {
  const styles = stylesFor(io.stdout, io.env);
  const write = (text: string): void => void io.stdout.write(`${text}\n`);
  return {
    log(level, event, fields = {}) {
      if (!levels.allows(level, event) || isOnlyForLogs({ level, event, fields })) return;
      write(formatLogLine({ level, event, fields, time: timeOfDay(new Date()) }, styles, io.cwd));
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

export function formatBanner(
  app: Omit<LocalApp, "stop" | "drain">,
  startupMs: number,
  styles: Styles,
): string {
  const several = app.websockets.length > 1;
  const rows = [
    ...app.websockets.map(({ name, url }) => [
      "WebSocket",
      `${styles.bold(url)}${several ? styles.dim(`  ${name}`) : ""}`,
    ]),
    ["HTTP", styles.bold(app.http)],
    ["Functions", formatFunctions(app.functions, styles)],
  ];
  const outputs = outputLines(app.outputs, styles);
  return [
    "",
    `  ${styles.bold(app.name)} ${styles.dim(app.stage)}`,
    "",
    ...rows.map(([label = "", value = ""]) => `  ${styles.dim(label.padEnd(10))} ${value}`),
    ...(outputs.length === 0 ? [] : ["", `  ${styles.dim("Outputs")}`, ...outputs]),
    "",
    `  ${styles.green("●")} Ready in ${Math.round(startupMs)} ms. ${styles.dim("Save a file to reload, Ctrl-C to stop.")}`,
    "",
  ].join("\n");
}

/** A template's own words, which may be any. */
function outputLines(outputs: LocalApp["outputs"], styles: Styles): string[] {
  const width = Math.max(0, ...outputs.map(({ name }) => name.length));
  return outputs.map(
    ({ name, value }) => `    ${escapeControls(name).padEnd(width)}  ${styles.bold(escapeControls(value))}`,
  );
}

/** A banner is for a glance: `holdfast inspect` has them all. */
const shownFunctions = 8;

function formatFunctions(names: readonly string[], styles: Styles): string {
  if (names.length === 0) return styles.dim("none");
  const more = names.length - shownFunctions;
  return names.slice(0, shownFunctions).join(", ") + (more > 0 ? styles.dim(` and ${more} more`) : "");
}
