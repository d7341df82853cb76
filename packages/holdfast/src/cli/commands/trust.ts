import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";

export interface TrustFlags {
  readonly json?: true;
}

export function trustCommand(io: CommandIo): Command {
  return new Command("trust")
    .description("Say where the app's local certificate authority lies, and how to trust it.")
    .argument("[app]", "the app's file or folder (default: this folder)")
    .option("--json", "print it as JSON")
    .action(async (app: string | undefined, flags: TrustFlags) => {
      const { runTrust } = await import("../trust/run-trust.ts");
      await runTrust(app, flags, io);
    });
}
