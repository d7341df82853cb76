import type { Findings } from "./findings.ts";
import type { Given, Where } from "./given.ts";
import { readSetting, type Said } from "./read-setting.ts";
import type { SettingPath } from "./setting-path.ts";
import { settingOf } from "./settings.ts";
import { readYaml } from "./yaml-source.ts";

/** A setting from one line of text, of a variable or a flag. Lists are `a,b` and maps `a=b,c=d`, or both JSON. */
export function readText(path: SettingPath, text: string, where: Where, findings: Findings): Said {
  const given = toGiven(path, text, where, findings);
  return given === undefined ? { path, where } : readSetting(path, given, findings);
}

function toGiven(path: SettingPath, text: string, where: Where, findings: Findings): Given | undefined {
  const { shape } = settingOf(path).kind;
  if (shape === "scalar") return { kind: "text", text, where };
  if (/^\s*[[{]/.test(text)) return readYaml({ text, where, findings });
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (shape === "list")
    return { kind: "list", items: parts.map((part) => ({ kind: "text", text: part, where })), where };
  const entries = parts.map((part) => splitEntry(part, where));
  const whole = entries.filter((entry) => entry !== undefined);
  if (whole.length === entries.length) return { kind: "map", entries: whole, where };
  findings.error(
    where,
    `${where.name} has an entry without a =`,
    "Write it as name=value,name=value or as JSON.",
  );
  return undefined;
}

function splitEntry(text: string, where: Where) {
  const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return { name: name.trim(), where, value: { kind: "text", text: value.trim(), where } } as const;
}
