import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, opendir, stat } from "node:fs/promises";
import path from "node:path";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { backupParts, manifestName, sumsName } from "./backup-parts.ts";
import type { BackupManifest } from "./manifest.ts";
import { TarWriter } from "./tar-writer.ts";

export interface WriteArchiveOptions {
  /** A copy of a stage's state, which nobody writes to. The list of sums is left in it. */
  readonly folder: string;
  readonly about: Pick<BackupManifest, "version" | "app" | "stage" | "time">;
  readonly output: Writable;
  readonly onProgress?: (done: Progress) => void;
}

/** What is done so far. */
export interface Progress {
  readonly files: number;
  readonly bytes: number;
}

/** Most of what is gained, in a third of the time. */
const compressionLevel = 4;

/** Writes a compressed tar archive of a state, piece by piece, and ends the output. */
export async function writeArchive(options: WriteArchiveOptions): Promise<BackupManifest> {
  const gzip = createGzip({ level: compressionLevel });
  const writing = pipeline(gzip, options.output);
  const packing = pack(options, new TarWriter(gzip)).catch((error: unknown) => {
    gzip.destroy(error as Error);
    throw error;
  });
  const [packed] = await Promise.all([packing, writing]);
  return packed;
}

async function pack(
  { folder, about, onProgress }: WriteArchiveOptions,
  tar: TarWriter,
): Promise<BackupManifest> {
  const sumsFile = path.join(folder, sumsName);
  const sums = await open(sumsFile, "w");
  const all = createHash("sha256");
  let files = 0;
  let bytes = 0;
  try {
    for await (const name of filesOf(folder)) {
      const hash = createHash("sha256");
      bytes += await addFile(tar, folder, name, hash);
      files += 1;
      const line = sumLine(hash, name);
      all.update(line);
      await sums.write(line);
      onProgress?.({ files, bytes });
    }
  } finally {
    await sums.close();
  }
  await addFile(tar, folder, sumsName);
  const manifest: BackupManifest = { format: 1, ...about, files, bytes, sumsSha256: all.digest("hex") };
  const text = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const modifiedMs = Date.parse(about.time);
  await tar.add({ name: manifestName, sizeBytes: text.length, mode: 0o600, modifiedMs }, [text]);
  await tar.end();
  return manifest;
}

/** As `sha256sum` writes it. */
export function sumLine(hash: Hash, name: string): string {
  return `${hash.digest("hex")}  ${name}\n`;
}

async function addFile(tar: TarWriter, folder: string, name: string, hash?: Hash): Promise<number> {
  const file = path.join(folder, name);
  const { size: sizeBytes, mode, mtimeMs: modifiedMs } = await stat(file);
  await tar.add({ name, sizeBytes, mode, modifiedMs }, hashed(createReadStream(file), hash));
  return sizeBytes;
}

async function* hashed(content: AsyncIterable<Buffer>, hash: Hash | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    hash?.update(chunk);
    yield chunk;
  }
}

/** Paths below the folder, with `/` between their parts. Of a million files no list is made. */
async function* filesOf(folder: string): AsyncGenerator<string> {
  for (const part of backupParts) {
    const found = await stat(path.join(folder, part)).catch(() => undefined);
    if (found?.isFile() === true) yield part;
    if (found?.isDirectory() === true) yield* filesBelow(folder, part);
  }
}

async function* filesBelow(folder: string, place: string): AsyncGenerator<string> {
  for await (const entry of await opendir(path.join(folder, place), { bufferSize: 256 })) {
    const name = `${place}/${entry.name}`;
    if (entry.isFile()) yield name;
    if (entry.isDirectory()) yield* filesBelow(folder, name);
  }
}
