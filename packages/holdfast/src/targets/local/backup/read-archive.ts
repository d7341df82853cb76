import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { HoldfastError, toError } from "../../../base/errors.ts";
import { isBackupPath, manifestName, sumsName } from "./backup-parts.ts";
import { readManifest, type BackupManifest } from "./manifest.ts";
import { broken, readTar } from "./tar-reader.ts";
import type { TarEntry } from "./tar-writer.ts";
import { sumLine, type Progress } from "./write-archive.ts";

export interface ReadArchiveOptions {
  readonly file: string;
  /** Where its files go; empty. */
  readonly folder: string;
  readonly onProgress?: (done: Progress) => void;
}

const maximumManifestBytes = 64 * 1024;

/**
 * Unpacks a backup, and holds it against its manifest. Throws `BACKUP_INVALID` when it is none, or not all of it is as it
 * was written; what was unpacked by then is of no use.
 */
export async function readArchive({ file, folder, onProgress }: ReadArchiveOptions): Promise<BackupManifest> {
  const unpacking = new Unpacking(folder, onProgress);
  try {
    await pipeline(createReadStream(file), createGunzip(), (input: AsyncIterable<Buffer>) =>
      readTar(input, (entry, content) => unpacking.take(entry, content)),
    );
  } catch (error) {
    throw toBackupError(error, file);
  }
  return unpacking.check();
}

class Unpacking {
  readonly #folder: string;
  readonly #onProgress: ((done: Progress) => void) | undefined;
  readonly #sums = createHash("sha256");
  #files = 0;
  #bytes = 0;
  #manifest: BackupManifest | undefined;

  constructor(folder: string, onProgress: ((done: Progress) => void) | undefined) {
    this.#folder = folder;
    this.#onProgress = onProgress;
  }

  async take(entry: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const { name, sizeBytes } = entry;
    if (this.#manifest !== undefined) throw broken("there is more behind its manifest");
    if (name === sumsName) return;
    if (name === manifestName) {
      if (sizeBytes > maximumManifestBytes) throw broken("its manifest is too long");
      this.#manifest = readManifest(await textOf(content));
      return;
    }
    if (!isBackupPath(name)) throw broken(`it holds ${JSON.stringify(name)}, which is no part of a state`);
    await this.#write(entry, content);
    this.#files += 1;
    this.#bytes += sizeBytes;
    this.#onProgress?.({ files: this.#files, bytes: this.#bytes });
  }

  check(): BackupManifest {
    const manifest = this.#manifest;
    if (manifest === undefined) throw broken("it has no manifest");
    const isWhole =
      manifest.files === this.#files &&
      manifest.bytes === this.#bytes &&
      manifest.sumsSha256 === this.#sums.digest("hex");
    if (!isWhole) throw broken("its files are not those that its manifest tells of");
    return manifest;
  }

  async #write({ name, mode }: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const target = path.join(this.#folder, ...name.split("/"));
    await mkdir(path.dirname(target), { recursive: true });
    const hash = createHash("sha256");
    // The same name twice is none of ours.
    const handle = await open(target, "wx", mode | 0o600);
    try {
      for await (const chunk of content) {
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      // Before it takes the place of what is there.
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.#sums.update(sumLine(hash, name));
  }
}

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function toBackupError(error: unknown, file: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { code = "", path: place } = error as NodeJS.ErrnoException;
  if (code.startsWith("Z_")) return broken(`it is not compressed as backups are, or is damaged`, error);
  if (code === "EEXIST") return broken("it holds a file twice", error);
  const what = place === file ? "The backup cannot be read" : "The state cannot be written";
  return new HoldfastError(
    place === file ? "BACKUP_INVALID" : "STATE_NOT_WRITABLE",
    `${what}: ${toError(error).message}`,
    { cause: error },
  );
}
