import { mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { HoldfastError, toError } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { openSqliteQueueStore } from "../../../stores/sqlite/queue-store.ts";
import { openSqliteTableStore } from "../../../stores/sqlite/table-store.ts";
import type { BackupManifest } from "./manifest.ts";
import { readArchive, type ReadArchiveOptions } from "./read-archive.ts";
import { removeAbandoned } from "./snapshot.ts";
import { broken } from "./tar-reader.ts";

export interface RestoreOptions extends Pick<ReadArchiveOptions, "file" | "onProgress"> {
  readonly stateDir: string;
  /** Whose data it becomes; that of the backup unless said. */
  readonly stage?: string;
  /** Whether the state of before is removed once the other is in its place. */
  readonly discard: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly stage: string;
  /** Where the state of before is now; absent when there was none, or it was not to be kept. */
  readonly kept?: string;
}

/**
 * Puts a backup in the place of a stage's state. Everything is unpacked aside, checked and opened before that, and the
 * state of before stays what it is until then. Rejects with `BACKUP_INVALID`, with `STATE_IN_USE` while the app runs, and
 * with `STATE_NOT_WRITABLE`.
 */
export async function restoreState(options: RestoreOptions): Promise<Restored> {
  const { stateDir } = options;
  const aside = path.join(stateDir, `${asidePrefix}${process.pid}`);
  if (options.stage !== undefined) await checkUnused(path.join(stateDir, options.stage), options);
  try {
    await makeFolder(aside, stateDir);
    const manifest = await readArchive({ ...options, folder: aside });
    await checkOpens(aside, options);
    const stage = options.stage ?? manifest.stage;
    const kept = await swap(aside, path.join(stateDir, stage), options);
    return { manifest, stage, ...(kept !== undefined && { kept }) };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

const asidePrefix = ".restore-";

async function makeFolder(folder: string, stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true });
    await removeAbandoned(stateDir, asidePrefix);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** A state that this version cannot open is of no use. */
async function checkOpens(folder: string, { clock, log }: RestoreOptions): Promise<void> {
  if (!(await exists(path.join(folder, "tables.db")))) throw broken("it has no tables");
  try {
    await (await openSqliteTableStore({ file: path.join(folder, "tables.db"), clock, log })).close();
    const queues = path.join(folder, "queues.db");
    if (await exists(queues)) await (await openSqliteQueueStore({ file: queues, clock, log })).close();
  } catch (error) {
    throw broken(toError(error).message, error);
  }
}

/** Whoever holds the database holds the folder. One that cannot be opened for other reasons may be replaced. */
async function checkUnused(stageDir: string, { clock, log }: RestoreOptions): Promise<void> {
  const file = path.join(stageDir, "tables.db");
  if (!(await exists(file))) return;
  try {
    await (await openSqliteTableStore({ file, clock, log })).close();
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== "STATE_IN_USE") return;
    throw new HoldfastError("STATE_IN_USE", `The app of ${stageDir} runs`, {
      hint: "Stop it, restore, and start it again.",
      cause: error,
    });
  }
}

/** Resolves with where the state of before is kept. */
async function swap(aside: string, stageDir: string, options: RestoreOptions): Promise<string | undefined> {
  await checkUnused(stageDir, options);
  const time = new Date(options.clock.now()).toISOString().replaceAll(/[-:.]/g, "");
  const before = `${stageDir}.before-restore-${time}`;
  const isReplaced = await exists(stageDir);
  try {
    if (isReplaced) await rename(stageDir, before);
    await rename(aside, stageDir).catch(async (error: unknown) => {
      if (isReplaced) await rename(before, stageDir);
      throw error;
    });
  } catch (error) {
    throw notWritable(stageDir, error);
  }
  if (!isReplaced) return undefined;
  // A backup has no logs: they stay where they were.
  await rename(path.join(before, "logs"), path.join(stageDir, "logs")).catch(() => {});
  if (!options.discard) return before;
  await rm(before, { recursive: true, force: true });
  return undefined;
}

function notWritable(folder: string, cause: unknown): HoldfastError {
  return new HoldfastError("STATE_NOT_WRITABLE", `Cannot use ${folder}: ${toError(cause).message}`, {
    cause,
  });
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
