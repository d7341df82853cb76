import type { Command } from "commander";
import { HoldfastError } from "../../base/errors.ts";
import type { ChooseOptions } from "../../frontends/choose.ts";

/** What `[app]` of a command may be. */
export const appKindsText =
  "a TypeScript or JavaScript file, a CloudFormation or SAM template, a cdk.out, a folder with one of these, or an archive of holdfast build";

/** What says which app is meant, and what its template is given. */
export interface AppFlags {
  readonly from?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly parameters?: string;
  readonly imports?: string;
}

/** Adds `[app]` and the options of apps that were written for AWS. */
export function takesApp(command: Command): Command {
  return command
    .argument("[app]", `${appKindsText} (default: this folder)`)
    .option(
      "--from <kind>",
      "how to read it: code, cloudformation, cdk or archive; its files tell unless said",
    )
    .option("--parameter <key=value>", "the value of a template's parameter (repeatable)", addParameter)
    .option("--parameters <file>", "a JSON file with values of a template's parameters")
    .option("--imports <file>", "a JSON file with what other stacks export, by name");
}

/** Adds `key=value` to the parameters of earlier options. The value may be empty. */
export function addParameter(
  given: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (key === undefined || value === undefined)
    throw new HoldfastError("OPTION_INVALID", `--parameter ${JSON.stringify(given)} has no key and value`, {
      hint: "Write it as key=value.",
    });
  return { ...earlier, [key]: value };
}

export function toChooseOptions(
  { from, parameter, parameters, imports }: AppFlags,
  environment: Readonly<Record<string, string | undefined>>,
): ChooseOptions {
  return {
    environment,
    ...(from !== undefined && { from }),
    ...(parameter !== undefined && { parameters: parameter }),
    ...(parameters !== undefined && { parametersFile: parameters }),
    ...(imports !== undefined && { importsFile: imports }),
  };
}
