import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { CommandIo } from "./command-io.ts";
import { appKindsText } from "./commands/app-options.ts";
import { connectCommand } from "./commands/connect.ts";
import { devCommand } from "./commands/dev.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { trustCommand } from "./commands/trust.ts";
import { logsCommand } from "./commands/logs.ts";
import { newCommand } from "./commands/new.ts";
import { publishCommand } from "./commands/publish.ts";
import { sendCommand } from "./commands/send.ts";

/** The whole command line. The reference page is written from it. */
export function createProgram(io: CommandIo): Command {
  const program = new Command("holdfast")
    .description("Write, run and deploy serverless WebSocket applications.")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("Try --help for what there is.")
    .addHelpText("after", `\nThe [app] of a command is ${appKindsText}; this folder unless said.`);
  const commands = [newCommand, devCommand, connectCommand, sendCommand, publishCommand, logsCommand];
  for (const command of [...commands, inspectCommand, trustCommand]) program.addCommand(command(io));
  return program;
}

function packageVersion(): string {
  // Both dist/ and src/cli/ lie below the package's folder.
  const above = import.meta.url.endsWith(".ts") ? "../../package.json" : "../package.json";
  const text = readFileSync(new URL(above, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
