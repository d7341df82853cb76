import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";

/** `.holdfast`: what an app leaves between runs, and what tells other commands that it runs. */
export interface StateFolder {
  /** Holds this run's bundles. */
  readonly buildDir: string;
  /** Holds the stage's data. Who may use it, the database in it decides. */
  readonly stageDir: string;
  /** The note of another process that runs the app, if one does. */
  running(): Promise<RunningNote | undefined>;
  /** Notes where the app can be reached. */
  announce(running: RunningNote): Promise<void>;
  /** Takes the note back and removes what is of no use to the next run. */
  leave(): Promise<void>;
}

export interface RunningNote {
  readonly pid: number;
  /** The process that is to be told to end or to begin anew, where that is another one. */
  readonly supervisor?: number;
  readonly websockets: readonly { readonly name: string; readonly url: string }[];
  readonly http: string;
  readonly stage: string;
  /** Where commands reach the app: the path of a socket. Absent when none could be opened. */
  readonly control?: string;
}

export interface StateFolderOptions {
  /** The folder itself, such as `<app>/.holdfast`. */
  readonly folder: string;
  /** Stages keep their data apart. */
  readonly stage: string;
}

/** Touches nothing that another process may be using. Throws `STATE_NOT_WRITABLE`. */
export async function openStateFolder({ folder, stage }: StateFolderOptions): Promise<StateFolder> {
  const note = path.join(folder, "running.json");
  const builds = path.join(folder, "build");
  const buildDir = path.join(builds, String(process.pid));
  const stageDir = path.join(folder, stage);
  try {
    await mkdir(stageDir, { recursive: true });
    await mkdir(builds, { recursive: true });
    await removeAbandoned(builds);
    await mkdir(buildDir, { recursive: true });
    // Whatever lies here is ours to lose: it is never part of the app.
    await writeFile(path.join(folder, ".gitignore"), "*\n");
  } catch (cause) {
    throw new HoldfastError("STATE_NOT_WRITABLE", `Cannot use ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
  let announced: number | undefined;
  return {
    buildDir,
    stageDir,
    running: () => readRunningNote(note),
    async announce(running) {
      announced = running.pid;
      // Renamed into place, so that nobody reads half a note.
      await writeFile(`${note}.new`, `${JSON.stringify(running)}\n`);
      await rename(`${note}.new`, note);
    },
    async leave() {
      const noted = announced === undefined ? undefined : await readRunningNote(note);
      // A successor's note stays.
      if (announced !== undefined && (noted === undefined || noted.pid === announced))
        await rm(note, { force: true });
      await rm(buildDir, { recursive: true, force: true });
    },
  };
}

/** Bundles of processes that did not get round to it. */
async function removeAbandoned(builds: string): Promise<void> {
  for (const name of await readdir(builds)) {
    const pid = Number(name);
    if (pid === process.pid || !isAlive(pid))
      await rm(path.join(builds, name), { recursive: true, force: true });
  }
}

/** The note of a process that is alive; a note left by kill -9 counts as none. */
export async function readRunningNote(file: string): Promise<RunningNote | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as RunningNote;
    const isUsable = isAlive(note.pid) && Array.isArray(note.websockets);
    return isUsable ? note : undefined;
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks; a process of someone else's answers EPERM and is alive. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
