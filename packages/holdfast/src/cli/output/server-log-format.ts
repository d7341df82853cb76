import type { LogsConfiguration } from "../../model/server-configuration.ts";
import { ecsFormat, type EcsService } from "../../telemetry/logs/ecs-line.ts";
import type { LogFormat } from "../../telemetry/logs/server-log.ts";
import type { CommandIo } from "../command-io.ts";
import { formatLogLine, isOnlyForLogs, timeOfDay } from "./format-log-line.ts";
import { stylesFor } from "./styles.ts";

/** What a server's log lines look like: for people on a terminal, else for programs, unless the operator says. */
export function chooseLogFormat(
  format: LogsConfiguration["format"],
  service: EcsService,
  io: Pick<CommandIo, "stdout" | "env" | "cwd">,
): LogFormat {
  const isPretty = format === "pretty" || (format === "auto" && io.stdout.isTTY === true);
  return isPretty ? prettyFormat(io) : ecsFormat(service);
}

function prettyFormat({ stdout, env, cwd }: Pick<CommandIo, "stdout" | "env" | "cwd">): LogFormat {
  const styles = stylesFor(stdout, env);
  return (entry, atMs) => {
    if (isOnlyForLogs(entry)) return undefined;
    return formatLogLine({ ...entry, time: timeOfDay(new Date(atMs)) }, styles, cwd);
  };
}
