import { CommanderError, type Command } from "commander";
import { HoldfastError, toError } from "../base/errors.ts";
import { exitCodes, type CommandIo, type ExitCode } from "./command-io.ts";
import { formatError } from "./output/format-error.ts";
import { stylesFor } from "./output/styles.ts";
import { shieldConnectionIds } from "./send/connection-id-argument.ts";

/** Runs a command line and answers with what the process exits with. A user's fault never shows a stack. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  io: CommandIo,
): Promise<ExitCode> {
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  }
  try {
    await program.parseAsync(shieldConnectionIds(args), { from: "user" });
    return exitCodes.fine;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.userMistake;
    report(toError(error), args.includes("--json"), io);
    return error instanceof HoldfastError && error.fault === "user"
      ? exitCodes.userMistake
      : exitCodes.ourFault;
  }
}

function report(error: Error, asJson: boolean, io: CommandIo): void {
  if (asJson) {
    const { code, hint } = error instanceof HoldfastError ? error : { code: "INTERNAL", hint: undefined };
    const diagnostics = "diagnostics" in error ? { diagnostics: error.diagnostics } : {};
    io.stdout.write(
      `${JSON.stringify({ event: "error", code, message: error.message, hint, ...diagnostics })}\n`,
    );
    return;
  }
  io.stderr.write(`${formatError(error, stylesFor(io.stderr, io.env), io.cwd)}\n`);
}
