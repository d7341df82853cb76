import { settingOf, settingPaths } from "./settings.ts";

/** The settings under each other, for a command's help. */
export function settingsHelp(): string {
  const width = Math.max(...settingPaths.map((path) => path.length));
  const lines = settingPaths.map(
    (path) => `  ${path.padEnd(width)}  ${settingOf(path).about.replaceAll("`", "")}`,
  );
  return [
    "Settings, for holdfast.yaml and --set; limits.connections is the variable HOLDFAST_LIMITS_CONNECTIONS:",
    ...lines,
  ].join("\n");
}
