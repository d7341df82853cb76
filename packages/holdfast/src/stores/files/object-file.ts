import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";

import type { ObjectFacts, StoredObject } from "../../ports/bucket-store.ts";

/**
 * A file of an object, a part or an upload: a mark, the length and the CRC-32 of the header (4 bytes each), the header,
 * the bytes. The header is what is known, as JSON, so that bytes and facts are renamed into place together. Where the
 * ETag is not that of the bytes it has their CRC-32, too.
 */
const mark = Buffer.from("HFO1");
const headerStart = mark.length + 8;
/** So much of a file is read to see its header: nearly all are shorter. */
export const usualHeadBytes = 8_192;
/** A key of 1,024 control characters, each six as JSON, and all that may be said of an object. */
const maximumHeadBytes = 64 * 1_024;
/** So much is hashed in one turn of the event loop: about 2 ms. */
export const hashedBytesPerTurn = 1024 * 1024;

/** Why a file is not what it was written as. */
export class DamagedObject extends Error {}

export interface Header {
  readonly sizeBytes: number;
  /** Eight hexadecimal digits, so that a head's length does not depend on it. */
  readonly crc32?: string;
}

export type ObjectHeader = ObjectFacts & Header;

/** What stands before the bytes. */
export function encodeHead(facts: Header): Buffer {
  const header = Buffer.from(JSON.stringify(facts));
  const head = Buffer.alloc(headerStart + header.length);
  mark.copy(head);
  head.writeUInt32BE(header.length, mark.length);
  head.writeUInt32BE(crc32(header), mark.length + 4);
  header.copy(head, headerStart);
  return head;
}

/** How long the head is, at most: of a damaged file it may be anything. */
export function headLength(beginning: Buffer): number {
  if (beginning.length < headerStart) return beginning.length;
  return Math.min(headerStart + beginning.readUInt32BE(mark.length), maximumHeadBytes);
}

/** Reads the beginning of a file of `fileBytes`. Throws `DamagedObject`. */
export function decodeHead<Kind extends Header>(
  beginning: Buffer,
  fileBytes: number,
): { readonly header: Kind; readonly headBytes: number } {
  if (beginning.length < headerStart) throw new DamagedObject(`it has only ${fileBytes} bytes`);
  if (!beginning.subarray(0, mark.length).equals(mark)) throw new DamagedObject("it does not begin as one");
  const headBytes = headerStart + beginning.readUInt32BE(mark.length);
  const encoded = beginning.subarray(headerStart, headBytes);
  if (headBytes > beginning.length || crc32(encoded) !== beginning.readUInt32BE(mark.length + 4)) {
    throw new DamagedObject("its header is damaged");
  }
  const header = JSON.parse(encoded.toString("utf8")) as Kind;
  if (headBytes + header.sizeBytes !== fileBytes) {
    throw new DamagedObject(`it has ${fileBytes} bytes where ${headBytes + header.sizeBytes} are due`);
  }
  return { header, headBytes };
}

export function factsOf({ crc32: _crc32, ...facts }: ObjectHeader): ObjectFacts {
  return Object.freeze(facts);
}

/** Reads a whole file, its bytes against the header's sum. Rejects with `DamagedObject`. */
export async function decodeObject(file: Buffer): Promise<StoredObject> {
  const { header, headBytes } = decodeHead<ObjectHeader>(file, file.length);
  const bytes = new Uint8Array(file.buffer, file.byteOffset + headBytes, header.sizeBytes);
  const isSound =
    header.crc32 === undefined
      ? (await hashBytes(bytes)) === header.etag
      : hexCrc32(crc32(bytes)) === header.crc32;
  if (!isSound) throw new DamagedObject("its bytes have changed");
  return { ...factsOf(header), bytes };
}

/** Of an object whose bytes are not read yet. */
export const unknownCrc32 = "0".repeat(8);

export function hexCrc32(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

/** Hexadecimal MD5. A large object's turns of the event loop let others through. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash("md5");
  for (let at = 0; at < bytes.byteLength; at += hashedBytesPerTurn) {
    if (at > 0) await setImmediate();
    hash.update(bytes.subarray(at, at + hashedBytesPerTurn));
  }
  return hash.digest("hex");
}
