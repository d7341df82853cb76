import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";

export interface FoundFile {
  readonly kind: "file";
  /** Absolute, with every link followed. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Another one as soon as the file has changed, as far as its metadata tell. */
  readonly version: string;
}

export type Found = FoundFile | { readonly kind: "folder" };

/** Undefined when nothing is there that can be served: absent, no plain file, or behind a link that leads outside. */
export async function findFile(folder: string, names: readonly string[]): Promise<Found | undefined> {
  try {
    const root = await realpath(folder);
    const found = await realpath(path.join(root, ...names));
    if (!isInside(root, found)) return undefined;
    const stats = await stat(found);
    if (stats.isDirectory()) return { kind: "folder" };
    if (!stats.isFile()) return undefined;
    const { size, mtimeMs: modifiedMs } = stats;
    return { kind: "file", path: found, size, modifiedMs, version: versionOf(stats) };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

export function versionOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return [size, mtimeMs * 1000, ctimeMs * 1000].map((part) => Math.trunc(part).toString(36)).join("-");
}

const absences = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EACCES", "EPERM", "EISDIR"]);

/** The errors of a file that is not there, went away, or may not be read. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Error && absences.has(String((error as NodeJS.ErrnoException).code));
}

function isInside(root: string, found: string): boolean {
  const way = path.relative(root, found);
  return way !== ".." && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
