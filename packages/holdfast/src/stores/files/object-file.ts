import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";

import type { ObjectFacts, StoredObject } from "../../ports/bucket-store.ts";

/**
 * An object's file: a mark, the length and the CRC-32 of the header (4 bytes each), the header, the object's bytes. The
 * header is what is known of the object, as JSON, so that bytes and facts are renamed into place together.
 */
const mark = Buffer.from("HFO1");
const headerStart = mark.length + 8;
/** The longest beginning of a file that holds its header: a key of 1,024 control characters, each six as JSON. */
export const maximumHeadBytes = 8_192;
/** So much is hashed in one turn of the event loop: about 2 ms. */
const hashedBytesPerTurn = 1024 * 1024;

/** Why a file is not the object that it was written as. */
export class DamagedObject extends Error {}

/** What stands before the object's bytes. */
export function encodeHead(facts: ObjectFacts): Buffer {
  const header = Buffer.from(JSON.stringify(facts));
  const head = Buffer.alloc(headerStart + header.length);
  mark.copy(head);
  head.writeUInt32BE(header.length, mark.length);
  head.writeUInt32BE(crc32(header), mark.length + 4);
  header.copy(head, headerStart);
  return head;
}

/** Reads the beginning of a file of `fileBytes`. Throws `DamagedObject`. */
export function decodeHead(
  beginning: Buffer,
  fileBytes: number,
): { readonly facts: ObjectFacts; readonly headBytes: number } {
  if (beginning.length < headerStart) throw new DamagedObject(`it has only ${fileBytes} bytes`);
  if (!beginning.subarray(0, mark.length).equals(mark)) throw new DamagedObject("it does not begin as one");
  const headBytes = headerStart + beginning.readUInt32BE(mark.length);
  const header = beginning.subarray(headerStart, headBytes);
  if (headBytes > beginning.length || crc32(header) !== beginning.readUInt32BE(mark.length + 4)) {
    throw new DamagedObject("its header is damaged");
  }
  const facts = Object.freeze(JSON.parse(header.toString("utf8")) as ObjectFacts);
  if (headBytes + facts.sizeBytes !== fileBytes) {
    throw new DamagedObject(`it has ${fileBytes} bytes where ${headBytes + facts.sizeBytes} are due`);
  }
  return { facts, headBytes };
}

/** Reads a whole file, its bytes against the header's hash. Rejects with `DamagedObject`. */
export async function decodeObject(file: Buffer): Promise<StoredObject> {
  const { facts, headBytes } = decodeHead(file, file.length);
  const bytes = new Uint8Array(file.buffer, file.byteOffset + headBytes, facts.sizeBytes);
  if ((await hashBytes(bytes)) !== facts.etag) throw new DamagedObject("its bytes have changed");
  return { ...facts, bytes };
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
