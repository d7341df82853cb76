import { isRecord } from "../../base/is-record.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../model/server-configuration.ts";
import { crossChecks } from "./cross-checks.ts";
import type { Findings } from "./findings.ts";
import type { Said } from "./read-setting.ts";
import type { SettingPath, SettingValue } from "./setting-path.ts";

/** Lays what was said over the defaults, later over earlier, and checks how it fits together. */
export function assemble(said: readonly Said[], stateDir: string, findings: Findings): ServerConfiguration {
  const configuration = structuredClone({ ...defaultServerConfiguration, stateDir });
  for (const { path, value, isEntry } of said) {
    if (value === undefined) continue;
    const before = isEntry === true ? getSetting(configuration, path) : undefined;
    put(
      configuration,
      path.split("."),
      isRecord(before) && isRecord(value) ? { ...before, ...value } : value,
    );
  }
  checkTogether(configuration, said, findings);
  return configuration;
}

/** The table of settings has one of the right kind for each path: what is there is of the path's type. */
export function getSetting<Path extends SettingPath>(
  configuration: Omit<ServerConfiguration, "stateDir">,
  path: Path,
): SettingValue<Path> | undefined {
  const steps = path.split(".");
  return steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), configuration) as
    | SettingValue<Path>
    | undefined;
}

function put(
  section: Record<string, unknown>,
  [name = "", ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    section[name] = value;
    return;
  }
  const below = isRecord(section[name]) ? section[name] : {};
  section[name] = below;
  put(below, rest, value);
}

function checkTogether(configuration: ServerConfiguration, said: readonly Said[], findings: Findings): void {
  const unread = new Set(said.filter(({ value }) => value === undefined).map(({ path }) => path));
  for (const { paths, find, hint } of crossChecks) {
    if (paths.some((path) => unread.has(path))) continue;
    const message = find(configuration);
    if (message === undefined) continue;
    const blamed = paths
      .map((path) => said.findLast((one) => one.path === path))
      .find((one) => one !== undefined);
    const isNamed = blamed === undefined || blamed.where.place !== undefined;
    findings.error(blamed?.where ?? {}, isNamed ? message : `${blamed.where.name}: ${message}`, hint);
  }
}
