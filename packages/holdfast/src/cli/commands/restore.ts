import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";

export interface RestoreFlags {
  readonly state?: string;
  readonly stage?: string;
  readonly discard?: true;
  readonly json?: true;
}

export function restoreCommand(io: CommandIo): Command {
  return new Command("restore")
    .description("Put a backup in the place of an app's state. The app must not run.")
    .argument("<file>", "an archive that `holdfast backup` wrote")
    .option("--state <folder>", "the folder of the app's state (default: .holdfast)")
    .option("--stage <name>", "whose data it becomes (default: the stage of the backup)")
    .option("--discard", "remove the state of before, rather than keep it beside the other")
    .option("--json", "print the outcome as a line of JSON")
    .addHelpText(
      "after",
      "\nThe backup is unpacked aside and checked first: one that is damaged changes nothing.",
    )
    .action(async (file: string, flags: RestoreFlags) => {
      const { runRestore } = await import("../backup/run-restore.ts");
      await runRestore(file, flags, io);
    });
}
