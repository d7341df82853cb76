import type { LogLevelSettings } from "../../ports/log-levels.ts";
import { askLogLevels } from "../../targets/local/control/log-level-operations.ts";
import type { CommandIo } from "../command-io.ts";
import type { LogLevelFlags } from "../commands/log-level.ts";
import { stylesFor, type Styles } from "../output/styles.ts";
import { writeOut } from "../output/write-out.ts";
import { findRunningApp } from "../running/find-running-app.ts";
import { sayWhichApp } from "../running/say-which-app.ts";
import { readSettings } from "./read-settings.ts";

/** Changes the running app's log levels, and prints what they are then. */
export async function runLogLevel(
  given: readonly string[],
  flags: LogLevelFlags,
  io: CommandIo,
): Promise<void> {
  const changes = readSettings(given);
  const app = await findRunningApp(io.cwd);
  sayWhichApp(app, io);
  const settings = await askLogLevels(app.control, changes);
  const text =
    flags.json === true
      ? JSON.stringify({ event: "log-levels", ...settings })
      : formatLevels(settings, stylesFor(io.stdout, io.env));
  await writeOut(io.stdout, `${text}\n`);
}

function formatLevels({ level, components }: LogLevelSettings, { bold, dim }: Styles): string {
  const width = Math.max(0, ...components.map(({ component }) => component.length));
  const rows = components.map(({ component, about, level: counts, isOwn }) => {
    const shown = counts.padEnd("default".length);
    return `${component.padEnd(width)}  ${isOwn ? bold(shown) : dim(shown)}  ${dim(about)}`;
  });
  return [`${bold(level)}, and by component:`, ...rows].join("\n");
}
