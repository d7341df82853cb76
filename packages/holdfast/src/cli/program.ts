import { Command } from "commander";
import { packageVersion } from "../base/package-version.ts";
import type { CommandIo } from "./command-io.ts";
import { appKindsText } from "./commands/app-options.ts";
import { buildCommand } from "./commands/build.ts";
import { backupCommand } from "./commands/backup.ts";
import { connectCommand } from "./commands/connect.ts";
import { devCommand } from "./commands/dev.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { trustCommand } from "./commands/trust.ts";
import { logLevelCommand } from "./commands/log-level.ts";
import { logsCommand } from "./commands/logs.ts";
import { newCommand } from "./commands/new.ts";
import { publishCommand } from "./commands/publish.ts";
import { restoreCommand } from "./commands/restore.ts";
import { sendCommand } from "./commands/send.ts";
import { serveCommand } from "./commands/serve.ts";

/** The whole command line. The reference page is written from it. */
export function createProgram(io: CommandIo): Command {
  const program = new Command("holdfast")
    .description("Write, run and deploy serverless WebSocket applications.")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("Try --help for what there is.")
    .addHelpText("after", `\nThe [app] of a command is ${appKindsText}; this folder unless said.`);
  const commands = [
    newCommand,
    devCommand,
    serveCommand,
    connectCommand,
    sendCommand,
    publishCommand,
    logsCommand,
    logLevelCommand,
    backupCommand,
    restoreCommand,
  ];
  for (const command of [...commands, inspectCommand, buildCommand, trustCommand])
    program.addCommand(command(io));
  return program;
}
