import path from "node:path";
import { chooseApp, type ChosenApp } from "../../frontends/choose.ts";
import type { CommandIo } from "../command-io.ts";
import { toChooseOptions, type AppFlags } from "../commands/app-options.ts";
import type { ConfigurationFlags } from "../commands/configuration-options.ts";
import { readConfiguration, type ConfigurationReading } from "../configuration/read-configuration.ts";

/** An app with its configuration: the app that is named, else the one that the configuration names, else this folder's. */
export async function readAppAndConfiguration(
  named: string | undefined,
  flags: AppFlags & ConfigurationFlags,
  io: Pick<CommandIo, "cwd" | "env">,
): Promise<{ readonly chosen: ChosenApp; readonly reading: ConfigurationReading }> {
  const { cwd, env } = io;
  const options = toChooseOptions(flags, env);
  const chosen = named === undefined ? undefined : await chooseApp(named, cwd, options);
  const reading = await readConfiguration({
    cwd,
    env,
    flags,
    ...(chosen !== undefined && { appDir: chosen.appDir }),
    ...(flags.config !== undefined && { file: flags.config }),
    ...(flags.set !== undefined && { set: flags.set }),
  });
  const app = reading.app === undefined ? undefined : path.resolve(cwd, reading.app);
  return { chosen: chosen ?? (await chooseApp(app, cwd, options)), reading };
}
