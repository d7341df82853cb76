import { stat } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { LogLine } from "../../base/log-line.ts";
import { defaultStage } from "../../model/defaults.ts";
import { logFolder } from "../../targets/local/logs/log-folder.ts";
import { followLog, readLog } from "../../targets/local/logs/log-reader.ts";
import { readRunningNote } from "../../targets/local/state-folder.ts";
import type { CommandIo } from "../command-io.ts";
import type { LogsFlags } from "../commands/logs.ts";
import { formatLogLine, timeOfDay } from "../output/format-log-line.ts";
import { stylesFor } from "../output/styles.ts";
import { writeOut } from "../output/write-out.ts";
import { findOnlyElsewhere } from "../running/find-running-app.ts";
import { sayWhichApp } from "../running/say-which-app.ts";
import { isWanted, readLevel, readSinceMs, type LogFilter } from "./log-filter.ts";

/** Prints what an app and its gateway have logged, and with `--follow` what they log from now on, until Ctrl-C. */
export async function runLogs(flags: LogsFlags, io: CommandIo): Promise<void> {
  const filter = toFilter(flags, systemClock.now());
  const folder = await findLog(flags.stage, io);
  const over = new AbortController();
  const stopListening = io.onInterrupt(() => over.abort());
  try {
    const toText = flags.json === true ? JSON.stringify : textWriter(io);
    const lines = flags.follow === true ? followLog(folder, over.signal) : readLog(folder);
    for await (const line of lines) {
      if (over.signal.aborted) break;
      if (isWanted(line, filter)) await writeOut(io.stdout, `${toText(line)}\n`);
    }
  } finally {
    stopListening();
  }
}

function toFilter({ level, since, grep, function: name }: LogsFlags, nowMs: number): LogFilter {
  return {
    ...(name !== undefined && { function: name }),
    ...(level !== undefined && { level: readLevel(level) }),
    ...(since !== undefined && { sinceMs: readSinceMs(since, nowMs) }),
    ...(grep !== undefined && { grep }),
  };
}

/** The folder's own log, whether its app runs or not; else that of the only app that runs. */
async function findLog(stage: string | undefined, io: CommandIo): Promise<string> {
  if (stage !== undefined && !/^[\w-]+$/.test(stage))
    throw new HoldfastError("OPTION_INVALID", `"${stage}" is not the name of a stage`, {
      hint: "A stage's name has letters, digits, - and _.",
    });
  const stateDir = path.join(io.cwd, ".holdfast");
  const note = await readRunningNote(path.join(stateDir, "running.json"));
  const here = logFolder(stateDir, stage ?? note?.stage ?? defaultStage);
  if ((note !== undefined && (stage ?? note.stage) === note.stage) || (await isFolder(here))) return here;
  const app = await findOnlyElsewhere(io.cwd);
  if (app !== undefined) {
    sayWhichApp(app, io);
    return logFolder(app.stateDir, stage ?? app.stage);
  }
  const message = `No app of ${io.cwd} is running, and none has left a log of the stage ${stage ?? defaultStage}`;
  throw new HoldfastError("SERVER_NOT_FOUND", message, {
    hint: "Start one with `holdfast dev`, go to the folder of one that ran, or choose a --stage.",
  });
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The style of `dev`'s own lines; those of another day show the day as well. */
function textWriter(io: CommandIo): (line: LogLine) => string {
  const styles = stylesFor(io.stdout, io.env);
  return ({ level, event, time, ...fields }) => {
    const at = new Date(time);
    const today = dayOf(new Date(systemClock.now()));
    const shown = dayOf(at) === today ? timeOfDay(at) : `${dayOf(at)} ${timeOfDay(at)}`;
    return formatLogLine({ level, event, fields, time: shown }, styles, io.cwd);
  };
}

/** The day here, as in 2026-01-31. */
function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}`;
}
