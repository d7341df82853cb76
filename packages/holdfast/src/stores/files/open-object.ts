import { open, type FileHandle } from "node:fs/promises";

import type { ByteRange } from "../../ports/bucket-store.ts";
import { clampRange } from "../bucket-request-check.ts";
import {
  DamagedObject,
  decodeHead,
  factsOf,
  headLength,
  usualHeadBytes,
  type ObjectHeader,
} from "./object-file.ts";
import type { Piece, Sums } from "./aside-writer.ts";
import type { StoredObject } from "../../ports/bucket-store.ts";

/** An object's file while it is open: what it was when it was opened, whatever becomes of the object. */
export interface OpenObject {
  readonly header: ObjectHeader;
  readonly headBytes: number;
  readonly handle: FileHandle;
}

/** Who opens it closes its handle. Rejects with `DamagedObject`, and as the file system does. */
export async function openObject(file: string, key: string): Promise<OpenObject> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    let beginning = await readAt(handle, 0, Math.min(size, usualHeadBytes));
    const length = Math.min(headLength(beginning), size);
    if (length > beginning.length) beginning = await readAt(handle, 0, length);
    const { header, headBytes } = decodeHead<ObjectHeader>(beginning, size);
    if (header.key !== key) throw new DamagedObject(`it is that of ${JSON.stringify(header.key)}`);
    return { header, headBytes, handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Of a range only the header is checked. */
export async function readRange(file: string, key: string, range: ByteRange): Promise<StoredObject> {
  const { header, headBytes, handle } = await openObject(file, key);
  try {
    const { from, to } = clampRange(range, header.sizeBytes);
    return { ...factsOf(header), bytes: await readAt(handle, headBytes + from, to - from) };
  } finally {
    await handle.close();
  }
}

/** All of the object's bytes, or a range. */
export function pieceOf({ handle, header, headBytes }: OpenObject, range?: ByteRange): Piece {
  const { from, to } = clampRange(range, header.sizeBytes);
  return { open: async () => handle, start: headBytes + from, length: to - from };
}

/** Throws `DamagedObject` when all the bytes that were read are not those that were written. */
export function checkSums({ header }: OpenObject, sums: Sums): void {
  const isSound = header.crc32 === undefined ? sums.md5 === header.etag : sums.crc32 === header.crc32;
  if (!isSound) throw new DamagedObject("its bytes have changed");
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) throw new DamagedObject("its file is shorter than it was");
    done += bytesRead;
  }
  return buffer;
}
