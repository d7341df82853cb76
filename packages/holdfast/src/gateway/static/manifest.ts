import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../../base/errors.ts";
import { findFile, isAbsence } from "./find-file.ts";
import { addFingerprint, type FileHashes } from "./fingerprint.ts";
import { isServable } from "./url-path.ts";

export const manifestName = "static.json";

const maximumManifestFiles = 10_000;

/**
 * Plain names to fingerprinted ones, relative to the site, sorted. Dot files are left out, and linked folders are not
 * entered. Rejects with `LIMIT_INVALID` when the folder holds more than 10,000 files.
 */
export async function readManifest(
  folder: string,
  hashes: FileHashes,
): Promise<Readonly<Record<string, string>>> {
  const entries: [string, string][] = [];
  for await (const names of listFiles(folder, [])) {
    const plain = names.join("/");
    const file = await findFile(folder, names);
    if (file?.kind !== "file" || plain === manifestName) continue;
    const hash = await readable(hashes.hash(file));
    if (hash === undefined) continue;
    if (entries.length >= maximumManifestFiles) throw tooManyFiles(folder);
    entries.push([plain, fingerprintPath(names, hash)]);
  }
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fingerprintPath(names: readonly string[], hash: string): string {
  return [...names.slice(0, -1), addFingerprint(names.at(-1) ?? "", hash)].join("/");
}

async function* listFiles(folder: string, inside: readonly string[]): AsyncGenerator<readonly string[]> {
  const found: Dirent[] =
    (await readable(readdir(path.join(folder, ...inside), { withFileTypes: true }))) ?? [];
  for (const entry of found) {
    if (!isServable(entry.name) || entry.name.startsWith(".")) continue;
    const names = [...inside, entry.name];
    if (entry.isDirectory()) yield* listFiles(folder, names);
    else yield names;
  }
}

/** Undefined for what is absent or cannot be read. */
export async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function tooManyFiles(folder: string): HoldfastError {
  const message = `The folder "${folder}" holds more than ${maximumManifestFiles} files, the most that ${manifestName} lists`;
  return new HoldfastError("LIMIT_INVALID", message, {
    hint: "Ask for single files with url(file), or serve fewer.",
  });
}
