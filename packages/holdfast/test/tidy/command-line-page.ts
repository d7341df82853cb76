import type { Command } from "commander";
import { PassThrough } from "node:stream";
import type { CommandIo } from "../../src/cli/command-io.ts";
import { createProgram } from "../../src/cli/program.ts";

const io: CommandIo = {
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  cwd: "/",
  onInterrupt: () => () => {},
};

/** The text of docs/reference/command-line.md, taken from the commands themselves. */
export function commandLinePage(): string {
  const program = createProgram(io);
  return [
    "# The command line",
    "",
    program.description(),
    "",
    "`[app]` is a TypeScript or JavaScript file, or a folder with an `app.ts` (or `app.mts`, `app.js`, `app.mjs`); the current",
    "folder unless said. Exit codes: 0 fine, 1 a mistake of the user's (a wrong option, a broken app, a port in use), 2 a",
    "fault of Holdfast. Colours appear only on a terminal, and not where `NO_COLOR` is set.",
    "",
    ...program.commands.flatMap(commandSection),
    "This page is written from the commands by `npm run docs`.",
    "",
  ].join("\n");
}

function commandSection(command: Command): string[] {
  const options = command.createHelp().visibleOptions(command);
  return [
    `## holdfast ${command.name()} ${command.usage()}`,
    "",
    command.description(),
    "",
    "| argument or option | meaning |",
    "|---|---|",
    ...command.registeredArguments.map((argument) =>
      row(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`, argument.description),
    ),
    ...options.map((option) => row(option.flags, withDefault(option.description, option.defaultValue))),
    "",
  ];
}

function row(name: string, meaning: string): string {
  return `| \`${name}\` | ${meaning.replaceAll("|", "\\|")} |`;
}

function withDefault(description: string, value: unknown): string {
  const isPlain = typeof value === "string" || typeof value === "number";
  return isPlain ? `${description} (default: ${value})` : description;
}
