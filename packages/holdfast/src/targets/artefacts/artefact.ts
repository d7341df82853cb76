import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../base/errors.ts";

/** A file that a build writes. The same app and configuration give the same one. */
export interface ArtefactFile {
  /** Below the artefact's folder, with `/`. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly executable?: boolean;
}

/** Says that a folder is a build's own and may be replaced. */
const marker = ".holdfast-artefact";

/**
 * Makes a folder of exactly these files. They are written aside and put in place whole, so that a failed build leaves
 * what was there. Rejects with `FOLDER_NOT_EMPTY` where the folder is not a build's, and with `OUTPUT_FAILED`.
 */
export async function writeArtefacts(folder: string, files: readonly ArtefactFile[]): Promise<void> {
  const aside = `${folder}.${randomUUID().slice(0, 8)}`;
  const before = `${aside}.before`;
  try {
    await checkReplaceable(folder);
    await writeFiles(aside, [
      ...files,
      { path: marker, content: "Written by holdfast build, which replaces it.\n" },
    ]);
    const hadOne = await rename(folder, before).then(
      () => true,
      () => false,
    );
    try {
      await rename(aside, folder);
    } catch (error) {
      if (hadOne) await rename(before, folder);
      throw error;
    }
  } catch (error) {
    throw asOutputError(folder, error);
  } finally {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    await rm(before, { recursive: true, force: true }).catch(() => {});
  }
}

/** Writes one file, whole or not at all. Rejects with `OUTPUT_FAILED`. */
export async function writeArtefact(file: string, content: Uint8Array): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(aside, content);
    await rename(aside, file);
  } catch (error) {
    throw asOutputError(file, error);
  } finally {
    await rm(aside, { force: true }).catch(() => {});
  }
}

async function checkReplaceable(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (found.length === 0 || found.includes(marker)) return;
  throw new HoldfastError(
    "FOLDER_NOT_EMPTY",
    `${folder} has files that no build wrote, and would be replaced`,
    {
      hint: "Give another folder with --out, or move it away.",
    },
  );
}

async function writeFiles(folder: string, files: readonly ArtefactFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path: name, content, executable = false } of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    // Whatever the mask of the user who builds: an image copies the modes.
    await chmod(file, executable ? 0o755 : 0o644);
  }
}

function asOutputError(where: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  return new HoldfastError("OUTPUT_FAILED", `Cannot write ${where}: ${toError(error).message}`, {
    cause: error,
  });
}
