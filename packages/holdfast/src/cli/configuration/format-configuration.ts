import { stringify } from "yaml";
import type { ServerConfiguration } from "../../model/server-configuration.ts";
import { getSetting } from "./assemble.ts";
import { settingPaths, settingOf } from "./settings.ts";

/** The configuration as a `holdfast.yaml` that says all of it, in the table's order. Of secrets, only that there are any. */
export function formatConfiguration(configuration: ServerConfiguration): string {
  return stringify(toShownConfiguration(configuration), { lineWidth: 0 });
}

/** The same as plain data, for JSON. */
export function toShownConfiguration(configuration: ServerConfiguration): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const path of settingPaths) {
    const value = getSetting(configuration, path);
    if (value === undefined) continue;
    const steps = path.split(".");
    const name = steps.pop() ?? "";
    const section = steps.reduce((at, step) => (at[step] ??= {}) as Record<string, unknown>, shown);
    section[name] = settingOf(path).isSecret === true ? hidden(value) : value;
  }
  return shown;
}

function hidden(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return "***";
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, "***"]),
  );
}
