import { createHash } from "node:crypto";
import { mkdir, open, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { unfinishedFolder } from "./bucket-folder.ts";
import { DamagedObject, hashedBytesPerTurn, hexCrc32 } from "./object-file.ts";
import { toStorageError } from "./storage-error.ts";

/** Up to this size, header and bytes are joined and written at once. */
const joinedBytes = 64 * 1024;

/** Bytes of another file. */
export interface Piece {
  /** Who opens it here closes it when the piece is written. */
  readonly open: () => Promise<FileHandle>;
  readonly start: number;
  readonly length: number;
  /** What the piece's hexadecimal MD5 has to be. */
  readonly md5?: string;
}

export interface Sums {
  /** Both hexadecimal. */
  readonly md5: string;
  readonly crc32: string;
}

/** Writes files aside and renames them into place, so that none is ever half there. */
export class AsideWriter {
  readonly #folder: string;
  #writes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(file: string, head: Buffer, bytes: Uint8Array): Promise<void> {
    return this.#aside(async (unfinished) => {
      const content = bytes.byteLength <= joinedBytes ? Buffer.concat([head, bytes]) : [head, bytes];
      await writeFile(unfinished, content, { flag: "wx" });
      await rename(unfinished, file);
    });
  }

  /** A folder with one file in it, where `file` says; its own folder's folder is made. */
  writeFolder(folder: string, name: string, content: Buffer): Promise<void> {
    return this.#aside(async (unfinished) => {
      await mkdir(unfinished);
      await writeFile(join(unfinished, name), content, { flag: "wx" });
      await mkdir(join(folder, ".."), { recursive: true });
      await rename(unfinished, folder);
    });
  }

  /** In one step out of sight, and then in its own time. What is left of it goes at the next start. */
  removeFolder(folder: string): Promise<void> {
    return this.#aside(async (unfinished) => {
      await rename(folder, unfinished);
      await rm(unfinished, { recursive: true, force: true });
    });
  }

  /**
   * Joins pieces behind a head that may depend on their sums, though not in its length. Rejects with `DamagedObject`
   * when a piece is not what it should be, or `toHead` finds so.
   */
  join(file: string, pieces: readonly Piece[], toHead: (sums: Sums | undefined) => Buffer): Promise<void> {
    return this.#aside(async (unfinished) => {
      const target = await open(unfinished, "wx");
      try {
        const place = toHead(undefined);
        await target.write(place, 0, place.length, 0);
        const head = toHead(await writePieces(target, place.length, pieces));
        if (head.length !== place.length) throw new Error("A head has changed its length");
        await target.write(head, 0, head.length, 0);
      } finally {
        await target.close();
      }
      await rename(unfinished, file);
    });
  }

  async #aside(write: (unfinished: string) => Promise<void>): Promise<void> {
    this.#writes += 1;
    const unfinished = join(unfinishedFolder(this.#folder), String(this.#writes));
    try {
      await write(unfinished);
    } catch (error) {
      // What cannot be removed now is removed at the next start.
      await rm(unfinished, { force: true, recursive: true }).catch(() => {});
      throw error instanceof DamagedObject ? error : toStorageError(error, this.#folder);
    }
  }
}

/** With a few turns of the event loop for each piece: what is hashed in one is bounded. */
async function writePieces(target: FileHandle, headBytes: number, pieces: readonly Piece[]): Promise<Sums> {
  const buffer = Buffer.allocUnsafe(hashedBytesPerTurn);
  const whole = createHash("md5");
  let crc = 0;
  let place = headBytes;
  for (const piece of pieces) {
    const own = createHash("md5");
    const source = await piece.open();
    try {
      for (let done = 0; done < piece.length;) {
        const wanted = Math.min(buffer.length, piece.length - done);
        const { bytesRead } = await source.read(buffer, 0, wanted, piece.start + done);
        if (bytesRead === 0) throw new DamagedObject("its file is shorter than it was");
        const bytes = buffer.subarray(0, bytesRead);
        whole.update(bytes);
        if (piece.md5 !== undefined) own.update(bytes);
        crc = crc32(bytes, crc);
        await target.write(bytes, 0, bytesRead, place);
        place += bytesRead;
        done += bytesRead;
      }
    } finally {
      await source.close();
    }
    if (piece.md5 !== undefined && own.digest("hex") !== piece.md5)
      throw new DamagedObject("its bytes have changed");
  }
  return { md5: whole.digest("hex"), crc32: hexCrc32(crc) };
}
