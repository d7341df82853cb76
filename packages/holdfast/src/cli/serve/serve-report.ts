import { systemClock } from "../../base/clock.ts";
import { toLogLine } from "../../base/log-line.ts";
import type { Log } from "../../base/log.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { LogsConfiguration } from "../../model/server-configuration.ts";
import type { RunningServer } from "../../targets/server/start-server.ts";
import { LevelFilter } from "../../telemetry/logs/level-filter.ts";
import { createServerLog, type LogFormat } from "../../telemetry/logs/server-log.ts";
import type { EndReason } from "../../targets/server/supervision/supervisor-link.ts";
import type { CommandIo } from "../command-io.ts";
import { chooseLogFormat } from "../output/server-log-format.ts";

export interface ServeReportOptions {
  readonly logs: LogsConfiguration;
  readonly stage: string;
  /** Lines of `dev --json`'s form, whatever the configuration says. */
  readonly asJson: boolean;
  readonly io: CommandIo;
}

/** What `holdfast serve` says: lines of its log, and nothing else. */
export interface ServeReport {
  readonly log: Log;
  readonly levels: LevelFilter;
  ready(server: RunningServer, startupMs: number): void;
  warn(diagnostics: readonly Diagnostic[]): void;
  /** `succeeded`: another process serves whoever comes. */
  draining(reason: EndReason): void;
  stopped(): void;
  /** Resolves once all is written. */
  close(): Promise<void>;
}

export function createServeReport({ logs, stage, asJson, io }: ServeReportOptions): ServeReport {
  const levels = new LevelFilter(logs);
  let name = "";
  const format = asJson ? jsonFormat : chooseLogFormat(logs.format, { name: () => name, stage }, io);
  const { log, close } = createServerLog({ levels, format, output: io.stdout, clock: systemClock });
  return {
    log,
    levels,
    ready(server, startupMs) {
      ({ name } = server);
      const { stage, websockets, http, functions, outputs, diagnostics } = server;
      const urls = [http, ...websockets.map(({ url }) => url)].join(", ");
      const message = `${name} ${stage} is ready: ${urls} (process ${process.ppid})`;
      const facts = { app: name, stage, websockets, http, functions, outputs, diagnostics };
      log("info", "ready", {
        message,
        startupMs: Math.round(startupMs),
        // What is to be told to end, or to begin anew.
        ...(asJson ? facts : { url: http, pid: process.ppid }),
      });
      if (!asJson) this.warn(diagnostics);
    },
    warn(diagnostics) {
      for (const { message, hint, code } of diagnostics) log("warn", "diagnostic", { message, hint, code });
    },
    draining: (reason) =>
      log("info", "draining", {
        message:
          reason === "succeeded"
            ? "Draining: the process that was started anew serves, and clients are sent to it"
            : "Draining: new clients are refused, those here are sent away",
      }),
    stopped: () => log("info", "stopped", { message: "Stopped" }),
    close,
  };
}

const jsonFormat: LogFormat = ({ level, event, fields }, atMs) =>
  JSON.stringify(toLogLine(level, event, fields, atMs));
