import { expect, it } from "vitest";
import { defaultServerConfiguration } from "../../model/server-configuration.ts";
import { getSetting } from "./assemble.ts";
import type { Given } from "./given.ts";
import { Findings } from "./findings.ts";
import { readSetting } from "./read-setting.ts";
import { settingsHelp } from "./settings-help.ts";
import { settingPaths, settings, variableOf } from "./settings.ts";

it("gives each setting a variable of its own, none of which functions or others are told by", () => {
  const variables = settingPaths.map(variableOf);
  expect(variableOf("limits.connectionsPerAddress")).toBe("HOLDFAST_LIMITS_CONNECTIONS_PER_ADDRESS");
  expect(new Set(variables).size).toBe(settingPaths.length);
  const others = ["HOLDFAST_APP", "HOLDFAST_GATEWAY", "HOLDFAST_TARGET", "HOLDFAST_HOSTS"];
  expect(variables.filter((name) => others.includes(name))).toEqual([]);
});

it("allows each default", () => {
  const findings = new Findings();
  for (const path of settingPaths) {
    const value: unknown = getSetting(defaultServerConfiguration, path);
    if (value !== undefined) readSetting(path, toGiven(path, value), findings);
  }
  expect(findings.diagnostics).toEqual([]);
});

it("says what counts otherwise of exactly what has no default", () => {
  const spoilt = settingPaths.filter(
    (path) =>
      (getSetting(defaultServerConfiguration, path) === undefined) !==
      (settings[path].otherwise !== undefined),
  );
  expect(spoilt).toEqual([]);
});

it("lists each setting in the help, on a line", () => {
  const lines = settingsHelp().split("\n").slice(1);
  expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(settingPaths);
});

/** Lists and maps are empty by default. */
function toGiven(path: string, value: unknown): Given {
  const where = { name: path, folder: "/" };
  if (Array.isArray(value)) return { kind: "list", items: [], where };
  if (typeof value === "object") return { kind: "map", entries: [], where };
  return { kind: "text", text: String(value as string), where };
}
