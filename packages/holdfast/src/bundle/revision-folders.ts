import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError } from "../base/errors.ts";

/** Revisions kept, the newest included: old processes may still be loading or mapping stacks from theirs. */
const keptRevisions = 3;

/** A folder a revision, because the processes that load it tell modules apart by path. */
export class RevisionFolders {
  readonly #parent: string;
  /** Oldest first. */
  #kept: number[] = [];
  #last = 0;

  constructor(parent: string) {
    this.#parent = parent;
  }

  /** Writes the files as the next revision. Throws `STATE_NOT_WRITABLE`. */
  async write(
    files: readonly { readonly path: string; readonly contents: Uint8Array }[],
  ): Promise<{ readonly revision: number; readonly folder: string }> {
    const revision = (this.#last += 1);
    const folder = this.#folder(revision);
    try {
      await mkdir(folder, { recursive: true });
      await Promise.all(
        files.map((file) => writeFile(path.join(folder, path.basename(file.path)), file.contents)),
      );
      this.#kept.push(revision);
      for (const old of this.#kept.slice(0, -keptRevisions)) await this.discard(old);
    } catch (cause) {
      const message = `Cannot write the bundle to ${folder}: ${(cause as Error).message}`;
      throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause });
    }
    return { revision, folder };
  }

  async discard(revision: number): Promise<void> {
    this.#kept = this.#kept.filter((kept) => kept !== revision);
    await rm(this.#folder(revision), { recursive: true, force: true });
  }

  #folder(revision: number): string {
    return path.join(this.#parent, String(revision));
  }
}
