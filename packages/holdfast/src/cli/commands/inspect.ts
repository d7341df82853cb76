import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";

export interface InspectFlags {
  readonly json?: true;
}

export function inspectCommand(io: CommandIo): Command {
  return new Command("inspect")
    .description("Print what an app is made of: its APIs, routes, functions and resources.")
    .argument("[app]", "a TypeScript or JavaScript file, or a folder with an app.ts (default: this folder)")
    .option("--json", "print the model as JSON")
    .action(async (app: string | undefined, flags: InspectFlags) => {
      const { runInspect } = await import("../inspect/run-inspect.ts");
      await runInspect(app, flags, io);
    });
}
