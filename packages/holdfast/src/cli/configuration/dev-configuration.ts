import path from "node:path";
import type { LogLevel } from "../../base/log.ts";
import { hasErrors } from "../../model/diagnostic.ts";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { assemble, getSetting } from "./assemble.ts";
import { Findings } from "./findings.ts";
import { readConfigurationFile } from "./read-file.ts";
import type { SettingPath, SettingValue } from "./setting-path.ts";

/** What counts on a laptop, too, with `holdfast dev --config`. */
export const devSettings = [
  "port",
  "host",
  "stage",
  "metrics.enabled",
  "logs.level",
  "logs.levels",
] as const satisfies readonly SettingPath[];

/** What the file says; the defaults of a server are none of a laptop's. */
export interface DevConfiguration {
  readonly port?: number;
  readonly host?: string;
  readonly stage?: string;
  readonly metrics?: boolean;
  readonly logs: { readonly level?: LogLevel; readonly levels?: Readonly<Record<string, LogLevel>> };
  /** Absolute. */
  readonly app?: string;
}

/**
 * Reads what counts for `holdfast dev` of the file that `--config` names. All of the file is checked: rejects with
 * `InvalidAppError`, whose diagnostics are all that is wrong.
 */
export async function readDevConfiguration(named: string, cwd: string): Promise<DevConfiguration> {
  const findings = new Findings();
  const file = path.resolve(cwd, named);
  const { said, app } = await readConfigurationFile({ named: file, folder: path.dirname(file) }, findings);
  const configuration = assemble(said, path.join(cwd, ".holdfast"), findings);
  if (hasErrors(findings.diagnostics)) throw new InvalidAppError(findings.diagnostics);
  const get = <Path extends (typeof devSettings)[number]>(wanted: Path): SettingValue<Path> | undefined =>
    said.some((one) => one.path === wanted) ? getSetting(configuration, wanted) : undefined;
  const [port, host, stage] = [get("port"), get("host"), get("stage")];
  const [metrics, level, levels] = [get("metrics.enabled"), get("logs.level"), get("logs.levels")];
  return {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(stage !== undefined && { stage }),
    ...(metrics !== undefined && { metrics }),
    logs: { ...(level !== undefined && { level }), ...(levels !== undefined && { levels }) },
    ...(app !== undefined && { app }),
  };
}
