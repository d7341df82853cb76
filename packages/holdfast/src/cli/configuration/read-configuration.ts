import { stat } from "node:fs/promises";
import path from "node:path";
import { hasErrors, type Diagnostic } from "../../model/diagnostic.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import type { ServerConfiguration } from "../../model/server-configuration.ts";
import { assemble } from "./assemble.ts";
import { Findings } from "./findings.ts";
import { readConfigurationFile } from "./read-file.ts";
import { readEnvironment, type Environment } from "./read-environment.ts";
import { readFlags, type SettingFlags } from "./read-flags.ts";

export interface ConfigurationSources {
  /** The folder of the app that the command names. Absent: the file may say which app, else it is the current folder's. */
  readonly appDir?: string;
  readonly cwd: string;
  readonly env: Environment;
  /** What `--config` names. Absent: `holdfast.yaml` in the app's folder, if it is there. */
  readonly file?: string;
  readonly flags?: SettingFlags;
  /** Each `--set path=value`, in its order. */
  readonly set?: readonly string[];
}

export interface ConfigurationReading {
  readonly configuration: ServerConfiguration;
  /** What the file's `app` names, to run where the command names none. Absolute. */
  readonly app?: string;
  /** The file that was read. Absolute. */
  readonly file?: string;
  /** What is not read, but looks as if it was meant to be. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads the configuration of `holdfast serve`, in rising order of weight: defaults, the file, the environment, flags.
 * Rejects with `InvalidAppError`, whose diagnostics are all that is wrong anywhere, each with its place.
 */
export async function readConfiguration(sources: ConfigurationSources): Promise<ConfigurationReading> {
  const { cwd, env, flags = {}, set = [] } = sources;
  const findings = new Findings();
  const ofFile = await readConfigurationFile(
    {
      folder: sources.appDir ?? cwd,
      ...(sources.file !== undefined && { named: path.resolve(cwd, sources.file) }),
    },
    findings,
  );
  const said = [
    ...ofFile.said,
    ...readEnvironment(env, cwd, findings),
    ...readFlags(flags, set, cwd, findings),
  ];
  const appDir = sources.appDir ?? (ofFile.app === undefined ? cwd : await folderOf(ofFile.app));
  const configuration = assemble(said, path.join(appDir, ".holdfast"), findings);
  if (hasErrors(findings.diagnostics)) throw new InvalidAppError(findings.diagnostics);
  return {
    configuration,
    ...(ofFile.app !== undefined && { app: ofFile.app }),
    ...(ofFile.file !== undefined && { file: ofFile.file }),
    warnings: findings.diagnostics,
  };
}

/** Whether the app is there at all, whoever opens it says. */
async function folderOf(app: string): Promise<string> {
  const facts = await stat(app).catch(() => undefined);
  return facts?.isDirectory() === true ? app : path.dirname(app);
}
