import { Command } from "commander";
import { defaultStage } from "../../model/defaults.ts";
import type { CommandIo } from "../command-io.ts";
import { takesApp, type AppFlags } from "./app-options.ts";

export interface InspectFlags extends AppFlags {
  readonly stage: string;
  readonly json?: true;
}

export function inspectCommand(io: CommandIo): Command {
  const command = new Command("inspect").description(
    "Print what an app is made of: its APIs, routes, functions and resources.",
  );
  return takesApp(command)
    .option("--stage <name>", "the stage that it would run as", defaultStage)
    .option("--json", "print the model as JSON, without the values of secure parameters")
    .action(async (app: string | undefined, flags: InspectFlags) => {
      const { runInspect } = await import("../inspect/run-inspect.ts");
      await runInspect(app, flags, io);
    });
}
