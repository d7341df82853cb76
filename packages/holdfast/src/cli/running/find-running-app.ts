import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { askFacts, nobodyListens } from "../../targets/local/control/ask-app.ts";
import { commandsFolder } from "../../targets/local/control/commands-folder.ts";
import { listRunningApps, type FoundApp } from "../../targets/local/control/running-apps.ts";
import { readRunningNote } from "../../targets/local/state-folder.ts";
import { displayPath } from "../output/format-error.ts";

/** A running app that commands can reach. */
export interface ReachableApp extends FoundApp {
  /** Whether it runs from the folder that was asked about. */
  readonly isHere: boolean;
}

/**
 * The app that runs from a folder, else the only one in a folder below or above it, else the only one that this user
 * runs anywhere.
 *
 * @throws HoldfastError SERVER_NOT_FOUND when there is none, or several elsewhere.
 */
export async function findRunningApp(folder: string): Promise<ReachableApp> {
  const note = await readRunningNote(path.join(folder, ".holdfast", "running.json"));
  if (note === undefined) return findElsewhere(folder);
  if (note.control === undefined) {
    throw new HoldfastError("SERVER_NOT_FOUND", `The app of ${folder} runs, but commands cannot reach it`, {
      hint: "What `holdfast dev` said when it started tells why.",
    });
  }
  try {
    return { ...(await askFacts(note.control)), control: note.control, isHere: true };
  } catch (error) {
    // The process of the note was killed, and its number may be another's by now.
    if (nobodyListens(error)) return findElsewhere(folder);
    throw error;
  }
}

/**
 * The only app that this user runs outside a folder, where those in folders below or above it come first; undefined
 * when none runs. Throws when several could be meant.
 */
export async function findOnlyElsewhere(folder: string): Promise<ReachableApp | undefined> {
  const everywhere = await listRunningApps(commandsFolder());
  const near = everywhere.filter(({ appDir }) => isWithin(appDir, folder) || isWithin(folder, appDir));
  const apps = near.length > 0 ? near : everywhere;
  const [app, another] = apps;
  if (another === undefined) return app && { ...app, isHere: false };
  const list = apps.map(({ name, appDir }) => `${name} in ${displayPath(appDir, folder)}`).join(", ");
  throw new HoldfastError(
    "SERVER_NOT_FOUND",
    `No app of ${folder} is running, but several elsewhere: ${list}`,
    {
      hint: "Go to the folder of the one you mean.",
    },
  );
}

export function noServer(folder: string): HoldfastError {
  return new HoldfastError("SERVER_NOT_FOUND", `No app of ${folder} is running`);
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
}

async function findElsewhere(folder: string): Promise<ReachableApp> {
  const app = await findOnlyElsewhere(folder);
  if (app === undefined) throw noServer(folder);
  return app;
}
