import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** A file of a folder that goes into an archive. */
export interface CollectedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly executable: boolean;
}

/** What tools and the laptop keep for themselves, and what must not travel. */
const leftOut = new Set([".holdfast", ".git", ".aws-sam", ".bin", "__pycache__", ".DS_Store"]);

/**
 * Every file below a folder, in a stable order; links count as what they lead to. What is called `.env`, or begins so, is
 * left out: it holds secrets. Rejects where the folder cannot be read.
 */
export async function collectFolder(
  folder: string,
  { except = [] }: { readonly except?: readonly string[] } = {},
): Promise<readonly CollectedFile[]> {
  const found: CollectedFile[] = [];
  await collect(folder, "", [], new Set(except), found);
  return found;
}

async function collect(
  folder: string,
  prefix: string,
  above: readonly string[],
  except: ReadonlySet<string>,
  found: CollectedFile[],
): Promise<void> {
  const real = await realpath(folder);
  // A link to a folder that it lies in, as workspaces have.
  if (above.includes(real)) return;
  const names = await readdir(folder);
  for (const name of names.toSorted()) {
    const file = path.join(folder, name);
    if (leftOut.has(name) || /^\.env(?:\.|$)/.test(name) || except.has(file)) continue;
    const facts = await stat(file).catch(() => undefined);
    if (facts?.isDirectory() === true)
      await collect(file, `${prefix}${name}/`, [...above, real], except, found);
    else if (facts?.isFile() === true)
      found.push({ path: `${prefix}${name}`, file, executable: (facts.mode & 0o100) !== 0 });
  }
}
