import type { Findings } from "./findings.ts";
import type { Where } from "./given.ts";
import { nearestName } from "./nearest-name.ts";
import { quote, readSetting, type Said } from "./read-setting.ts";
import { readText } from "./read-text.ts";
import type { SettingPath } from "./setting-path.ts";
import { isSettingPath, settingPaths, settingOf } from "./settings.ts";

/** Flags that set a setting by a name of their own, as they were typed. */
export interface SettingFlags {
  readonly port?: string;
  readonly host?: string;
  readonly stage?: string;
  /** Of `stateDir`. */
  readonly state?: string;
}

const pathsOfFlags: { readonly [Flag in keyof SettingFlags]-?: SettingPath } = {
  port: "port",
  host: "host",
  stage: "stage",
  state: "stateDir",
};

/** In rising order of weight: each `--set`, then the flags with names of their own. */
export function readFlags(
  flags: SettingFlags,
  set: readonly string[],
  cwd: string,
  findings: Findings,
): readonly Said[] {
  const named = (Object.keys(pathsOfFlags) as (keyof SettingFlags)[]).flatMap((flag): readonly Said[] => {
    const text = flags[flag];
    return text === undefined
      ? []
      : [readText(pathsOfFlags[flag], text, { name: `--${flag}`, folder: cwd }, findings)];
  });
  return [...set.flatMap((text) => readSet(text, cwd, findings)), ...named];
}

function readSet(text: string, cwd: string, findings: Findings): readonly Said[] {
  const [, path, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  // What is behind the path may be a secret, wherever its = stands.
  const begin = /^[\w.-]*/.exec(text)?.[0] ?? "";
  if (path === undefined || value === undefined) {
    findings.error(
      {},
      `--set ${begin} has no value`,
      "Write it as path=value, such as limits.connections=1000.",
    );
    return [];
  }
  const where = { name: `--set ${begin}`, folder: cwd };
  if (isSettingPath(path)) return [readText(path, value, where, findings)];
  const map = settingPaths.find((one) => settingOf(one).kind.shape === "map" && path.startsWith(`${one}.`));
  if (map !== undefined) return [readEntry(map, path.slice(map.length + 1), value, where, findings)];
  const nearest = nearestName(path, settingPaths) ?? settingPaths.find((one) => one.endsWith(`.${path}`));
  findings.error(
    {},
    `--set knows no setting ${quote(begin)}`,
    nearest === undefined ? "holdfast serve --help lists the settings." : `Did you mean ${nearest}?`,
  );
  return [];
}

function readEntry(map: SettingPath, name: string, text: string, where: Where, findings: Findings): Said {
  const entry = { name, where, value: { kind: "text", text, where } } as const;
  return { ...readSetting(map, { kind: "map", entries: [entry], where }, findings), isEntry: true };
}
