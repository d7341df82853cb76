import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";
import { unshield } from "../send/connection-id-argument.ts";

export interface SendFlags {
  readonly api?: string;
  readonly json?: true;
}

export function sendCommand(io: CommandIo): Command {
  return new Command("send")
    .description("Send a message to one connection of the running app, as its handlers do.")
    .argument("<connectionId>", "the connection, as events and logs call it", unshield)
    .argument("<data>", "the text to send; - takes the standard input, without its last line break", unshield)
    .option("--api <name>", "which WebSocket API of the app, when it has several")
    .option("--json", "print the outcome as a line of JSON")
    .addHelpText("after", which)
    .action(async (connectionId: string, data: string, flags: SendFlags) => {
      const { runSend } = await import("../send/run-send.ts");
      await runSend(connectionId, data, flags, io);
    });
}

/** Holds for each command that reaches a running app. */
export const which =
  "\nThe app is the one that `holdfast dev` runs from this folder, or else the only one that you run.";
