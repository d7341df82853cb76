import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";

export interface LogsFlags {
  readonly follow?: true;
  readonly function?: string;
  readonly level?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly stage?: string;
  readonly json?: true;
}

export function logsCommand(io: CommandIo): Command {
  return new Command("logs")
    .description("Print what the gateway and the functions have logged, also in earlier runs.")
    .option("-f, --follow", "go on with what is logged from now on, also when the app is started again")
    .option("--function <name>", "only what this function logged, or what failed in it")
    .option("--level <level>", "only this level and graver ones: info, warn or error")
    .option("--since <when>", "only what is newer: 30s, 10m, 2h, 1d, or a time such as 2026-01-31T12:00")
    .option("--grep <text>", "only what has this text in its message, whatever the case")
    .option("--stage <name>", "the stage (default: the one that runs, or dev)")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      "\nThe app is the one of this folder, or else the only one that you run. Up to 8 MB are kept.",
    )
    .action(async (flags: LogsFlags) => {
      const { runLogs } = await import("../logs/run-logs.ts");
      await runLogs(flags, io);
    });
}
