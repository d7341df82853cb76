import { Command, Option } from "commander";
import type { CommandIo } from "../command-io.ts";
import { settingsHelp } from "../configuration/settings-help.ts";
import { takesApp, type AppFlags } from "./app-options.ts";
import { takesConfiguration, type ConfigurationFlags } from "./configuration-options.ts";

export interface ServeFlags extends AppFlags, ConfigurationFlags {
  readonly printConfig?: true;
  readonly json?: true;
  /** Started by its supervisor. */
  readonly worker?: true;
}

export function serveCommand(io: CommandIo): Command {
  const command = new Command("serve").description(
    "Run an app for real users on this machine: nothing is watched, signatures are checked, and it ends gracefully.",
  );
  return takesConfiguration(takesApp(command))
    .option("--print-config", "print the configuration that would count, and end")
    .option("--json", "log lines as JSON; with --print-config: the configuration as JSON")
    .addOption(new Option("--worker").hideHelp())
    .addHelpText("after", () => `\n${settingsHelp()}`)
    .addHelpText(
      "after",
      "\nSIGTERM and Ctrl-C drain it: clients are closed over a while, and handlers finish. A second one ends it at once." +
        "\nSIGHUP starts it anew, with its code and configuration of then, in a new process that takes over: clients are sent there over a while.",
    )
    .action(async (app: string | undefined, flags: ServeFlags) => {
      if (flags.worker !== true && flags.printConfig !== true) {
        const { supervise } = await import("../serve/supervise.ts");
        await supervise();
        return;
      }
      const { runServe } = await import("../serve/run-serve.ts");
      await runServe(app, flags, io);
    });
}
