import { access, cp, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../../base/errors.ts";
import type { BackupSource } from "../../../ports/backups.ts";
import { isAlive } from "../state-folder.ts";

export interface SnapshotOptions {
  readonly stateDir: string;
  readonly stage: string;
  /** The process that is to read the copy, and removes it then. */
  readonly pid: number;
  readonly stores: BackupSource;
}

/** What changes seldom and is small: each file of it is renamed into place, or is a log whose last line may be cut. */
const plainParts = ["function-code", "log-groups"] as const;

/**
 * Copies a stage's state while it is in use into a folder beside it, and resolves with that. All that was acknowledged
 * before is in it. Objects of buckets take no room there where the file system knows links. Rejects with
 * `STATE_NOT_WRITABLE` or `STORE_FAILED`, and leaves nothing then.
 */
export async function takeSnapshot(options: SnapshotOptions): Promise<string> {
  const { stateDir, stage, pid, stores } = options;
  const folder = path.join(stateDir, `${stage}${mark}${pid}`);
  await removeAbandoned(stateDir, stage + mark);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await stores.backup(folder);
    for (const part of plainParts) await copyPart(path.join(stateDir, stage, part), path.join(folder, part));
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    if (error instanceof HoldfastError) throw error;
    const message = `The state cannot be copied to ${folder}: ${toError(error).message}`;
    throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause: error });
  }
}

const mark = ".snapshot-";

/** Removes folders that are called after a process, behind a prefix, which was killed. */
export async function removeAbandoned(stateDir: string, prefix: string): Promise<void> {
  for (const name of await readdir(stateDir)) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(path.join(stateDir, name), { recursive: true, force: true });
  }
}

const copyAttempts = 10;

/** Something of it may go while it is copied; then it is copied anew. */
async function copyPart(from: string, to: string): Promise<void> {
  for (let attempt = 1; await isThere(from); attempt += 1) {
    try {
      await cp(from, to, { recursive: true });
      return;
    } catch (error) {
      if (attempt >= copyAttempts || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await rm(to, { recursive: true, force: true });
    }
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
