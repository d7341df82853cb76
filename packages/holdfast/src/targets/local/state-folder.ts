import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";

/** `.holdfast`: what an app leaves between runs, and what tells other commands that it runs. */
export interface StateFolder {
  /** Holds bundles; emptied at every start. */
  readonly buildDir: string;
  readonly tablesFile: string;
  /** Notes where the app can be reached. */
  announce(running: RunningNote): Promise<void>;
  /** Takes the note back and removes what is of no use to the next run. */
  leave(): Promise<void>;
}

export interface RunningNote {
  readonly pid: number;
  readonly websockets: readonly { readonly name: string; readonly url: string }[];
  readonly http: string;
}

export interface StateFolderOptions {
  /** The folder itself, such as `<app>/.holdfast`. */
  readonly folder: string;
  /** Stages keep their data apart. */
  readonly stage: string;
  /** Forgets what earlier runs of this stage left. */
  readonly reset: boolean;
}

/** Throws `STATE_NOT_WRITABLE`, or `STATE_IN_USE` when another process announced itself there and still runs. */
export async function openStateFolder({ folder, stage, reset }: StateFolderOptions): Promise<StateFolder> {
  const note = path.join(folder, "running.json");
  const buildDir = path.join(folder, "build");
  const stageDir = path.join(folder, stage);
  const running = await readRunningNote(note);
  if (running !== undefined) {
    throw new HoldfastError(
      "STATE_IN_USE",
      `The app runs already, as process ${running.pid}, at ${running.http}`,
    );
  }
  try {
    await rm(buildDir, { recursive: true, force: true });
    if (reset) await rm(stageDir, { recursive: true, force: true });
    await mkdir(buildDir, { recursive: true });
    await mkdir(stageDir, { recursive: true });
    // Whatever lies here is ours to lose: it is never part of the app.
    await writeFile(path.join(folder, ".gitignore"), "*\n");
  } catch (cause) {
    throw new HoldfastError("STATE_NOT_WRITABLE", `Cannot use ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return {
    buildDir,
    tablesFile: path.join(stageDir, "tables.db"),
    async announce(running) {
      // Renamed into place, so that nobody reads half a note.
      await writeFile(`${note}.new`, `${JSON.stringify(running)}\n`);
      await rename(`${note}.new`, note);
    },
    async leave() {
      await rm(note, { force: true });
      await rm(buildDir, { recursive: true, force: true });
    },
  };
}

/** The note of a process that is alive; a note left by kill -9 counts as none. */
export async function readRunningNote(file: string): Promise<RunningNote | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as RunningNote;
    return note.pid !== process.pid && isAlive(note.pid) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
