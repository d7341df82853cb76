import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";
import { templates } from "../new/templates.ts";

export interface NewFlags {
  readonly template?: string;
  readonly json?: true;
}

export function newCommand(io: CommandIo): Command {
  return new Command("new")
    .description("Start a project: an app, its page, a test, and what belongs around them.")
    .argument("[dir]", "a new folder, or an empty one (default: this folder)")
    .option("--template <name>", `what to start from: ${templates.map(({ name }) => name).join(", ")}`)
    .option("--json", "print the outcome as a line of JSON, and ask nothing")
    .addHelpText("after", ["", "Templates:", ...templates.map(row), "", defaultTemplate].join("\n"))
    .action(async (dir: string | undefined, flags: NewFlags) => {
      const { runNew } = await import("../new/run-new.ts");
      await runNew(dir, flags, io);
    });
}

function row({ name, description }: (typeof templates)[number]): string {
  return `  ${name.padEnd(21)}${description}`;
}

const defaultTemplate = `Without --template a terminal asks, and anything else takes ${templates[0].name}.`;
