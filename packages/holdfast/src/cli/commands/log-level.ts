import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";
import { which } from "./send.ts";

export interface LogLevelFlags {
  readonly json?: true;
}

export function logLevelCommand(io: CommandIo): Command {
  return new Command("log-level")
    .description("Show or change how much the running app logs, by component, until it stops.")
    .argument("[setting...]", "a level for all, such as warn, or for a component, such as gateway=debug")
    .option("--json", "print the levels as a line of JSON")
    .addHelpText(
      "after",
      `\nLevels are debug, info, warn and error. component=default takes a component's own level back.${which}`,
    )
    .action(async (settings: readonly string[], flags: LogLevelFlags) => {
      const { runLogLevel } = await import("../log-level/run-log-level.ts");
      await runLogLevel(settings, flags, io);
    });
}
