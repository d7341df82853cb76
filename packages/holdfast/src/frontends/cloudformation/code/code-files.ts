import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Installed packages, and what tools keep for themselves: they change with an install, which says so by itself. */
const passedOver = new Set(["node_modules", "__pycache__", "cdk.out", ".aws-sam"]);
/** Of a folder with more files than this, changes to the others go unseen. */
const maximumFiles = 5_000;

export interface CodeFiles {
  /** The folder itself and those in it, for watching: a new file is in one of them. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What of a folder its author edits: absolute paths in a stable order. */
export async function listCodeFiles(folder: string): Promise<CodeFiles> {
  const files: string[] = [];
  const folders = [folder];
  // The list grows while it is gone through.
  for (const next of folders) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || passedOver.has(entry.name)) continue;
      const file = path.join(next, entry.name);
      if (entry.isDirectory()) folders.push(file);
      else files.push(file);
    }
    if (files.length >= maximumFiles) break;
  }
  return { folders, files: files.slice(0, maximumFiles) };
}

/** A text that is another one when a file was changed, came or went. */
export async function digestFiles(files: readonly string[]): Promise<string> {
  const facts = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? [file] : [file, found.size, found.mtimeMs];
    }),
  );
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
