import type { Command } from "commander";

/** What says how an app is run, beside `holdfast.yaml` and the environment. */
export interface ConfigurationFlags {
  readonly config?: string;
  readonly port?: string;
  readonly host?: string;
  readonly stage?: string;
  readonly state?: string;
  readonly set?: readonly string[];
}

/** Adds the options of commands that read the configuration. What they take is checked with all of it, at once. */
export function takesConfiguration(command: Command): Command {
  return command
    .option(
      "--config <file>",
      "the configuration (default: holdfast.yaml beside the app, where there is one)",
    )
    .option("-p, --port <n>", "listen on this port, 0 for any free one")
    .option("--host <address>", "listen on this address")
    .option("--stage <name>", "the stage: the last part of the socket URL, and whose data it is")
    .option("--state <folder>", "the folder of all that outlives the process")
    .option(
      "--set <path=value>",
      "any setting of the configuration, such as drain.windowMs=5s (repeatable)",
      collect,
    );
}

function collect(given: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, given];
}
