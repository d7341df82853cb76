import { constants, setPriority } from "node:os";
import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";

export interface BackupFlags {
  readonly state?: string;
  readonly stage?: string;
  readonly json?: true;
}

export function backupCommand(io: CommandIo): Command {
  return new Command("backup")
    .description("Write an app's tables, queues, buckets and uploaded code to one file, also while it runs.")
    .argument("<file>", "the archive, such as chat.tar.gz; it replaces one that is there once it is whole")
    .option(
      "--state <folder>",
      "the folder of the app's state (default: that of the running app, or .holdfast)",
    )
    .option("--stage <name>", "the stage (default: the one that runs, or the only one that has a state)")
    .option("--json", "print the outcome as a line of JSON")
    .addHelpText(
      "after",
      "\nAll that was acknowledged before is in it. An app that runs goes on; logs are not in it.",
    )
    .action(async (file: string, flags: BackupFlags) => {
      giveWay();
      const { runBackup } = await import("../backup/run-backup.ts");
      await runBackup(file, flags, io);
    });
}

/** The app that runs comes first. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // It is only slower for others then.
  }
}
