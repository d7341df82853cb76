import { Command } from "commander";
import type { CommandIo } from "../command-io.ts";
import { addAttribute } from "../publish/attribute-option.ts";
import { which } from "./send.ts";

export interface PublishFlags {
  readonly subject?: string;
  readonly attribute?: Readonly<Record<string, string>>;
  readonly json?: true;
}

export function publishCommand(io: CommandIo): Command {
  return new Command("publish")
    .description("Publish a message to a topic of the running app, and print its id.")
    .argument("<topic>", "the topic's name")
    .argument("<data>", "the text to publish; - takes the standard input, without its last line break")
    .option("--subject <text>", "the message's subject")
    .option("--attribute <name=value>", "an attribute of the message (repeatable)", addAttribute)
    .option("--json", "print the outcome as a line of JSON")
    .addHelpText("after", which)
    .action(async (topic: string, data: string, flags: PublishFlags) => {
      const { runPublish } = await import("../publish/run-publish.ts");
      await runPublish(topic, data, flags, io);
    });
}
