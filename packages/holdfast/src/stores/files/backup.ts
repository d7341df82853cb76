import { constants } from "node:fs";
import { access, copyFile, link, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { isMissing, toStorageError } from "./storage-error.ts";

/** How many files are linked or copied at a time. */
const filesAtOnce = 8;

/**
 * A copy of a bucket store's folder while it is open: see `BackupSource`. Its files are renamed into place and never
 * changed afterwards, so that a second name for each does; where the file system has none, they are copied.
 */
export async function backUpBuckets(folder: string, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true });
    for (const bucket of await foldersIn(folder)) {
      if (!bucket.startsWith("bucket-")) continue;
      // Uploads before objects: one that is completed meanwhile is in one of them, or in both.
      for (const upload of await foldersIn(join(folder, bucket, "uploads"))) {
        const place = join(bucket, "uploads", upload);
        await copyFiles(join(folder, place), join(to, place));
        // Gone by now, of which half may have been copied.
        if (!(await isThere(join(folder, place)))) await rm(join(to, place), { recursive: true });
      }
      await copyFiles(join(folder, bucket), join(to, bucket));
    }
  } catch (error) {
    throw toStorageError(error, to);
  }
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(emptyIfMissing);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function copyFiles(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(emptyIfMissing);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  await mkdir(to, { recursive: true });
  const left = names.values();
  const work = async (): Promise<void> => {
    for (const name of left) await copyOne(join(from, name), join(to, name));
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
}

async function copyOne(from: string, to: string): Promise<void> {
  try {
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOSPC") throw error;
      // It is opened once: the copy is whole, even when the key is put anew.
      await copyFile(from, to, constants.COPYFILE_FICLONE);
    });
  } catch (error) {
    // Deleted since it was listed.
    if (!isMissing(error)) throw error;
  }
}

function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

function emptyIfMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}
