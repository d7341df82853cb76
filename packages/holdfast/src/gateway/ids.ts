import { randomBytes as systemRandomBytes } from "node:crypto";
import { HoldfastError } from "../base/errors.ts";

export type RandomBytes = (size: number) => Buffer;

/**
 * Ids in API Gateway's newer shape (captured): connection and message ids of 20 characters, 13 bytes in URL-safe
 * base64; request ids of 16 characters, 11 bytes.
 *
 * A connection id holds its node (2 bytes, hidden by the random ones, so that ids share no visible prefix), 64
 * random bits, which make it unguessable, and 3 bytes of checksum, which tell foreign ids apart. A message id ends
 * as its connection's id does.
 */
export class IdSource {
  readonly #node: number;
  readonly #randomBytes: RandomBytes;
  #bytes: Buffer = Buffer.alloc(0);
  #bytesUsed = 0;
  #characters = "";
  #charactersUsed = 0;

  /** `node`: 0 to 65535. */
  constructor(node: number, randomBytes: RandomBytes = systemRandomBytes) {
    this.#node = node & 0xffff;
    this.#randomBytes = randomBytes;
  }

  connectionId(): string {
    const random = this.#takeBytes(8);
    const id = Buffer.alloc(13);
    random.copy(id, 2);
    const [high, low] = [random.readUInt32BE(0), random.readUInt32BE(4)];
    id.writeUInt16BE(this.#node ^ mask(high, low), 0);
    id.writeUIntBE(checksum(this.#node, high, low), 10, 3);
    return `${id.toString("base64url")}==`;
  }

  messageId(connectionId: string): string {
    return this.#takeCharacters(9) + connectionId.slice(9);
  }

  requestId(): string {
    const characters = this.#takeCharacters(15);
    // 11 bytes end in the middle of the 15th character: its two lowest bits must be zero.
    return `${characters.slice(0, 14)}${evenCharacters[characters.charCodeAt(14) & 15]}=`;
  }

  /** AWS X-Ray's form: `Root=1-`, the seconds since 1970 in hex, 24 random hex digits. */
  traceId(nowMs: number): string {
    const seconds = Math.floor(nowMs / 1000).toString(16);
    return `Root=1-${seconds.padStart(8, "0")}-${this.#takeBytes(12).toString("hex")}`;
  }

  #takeBytes(size: number): Buffer {
    if (this.#bytesUsed + size > this.#bytes.length) {
      this.#bytes = this.#randomBytes(poolBytes);
      this.#bytesUsed = 0;
    }
    this.#bytesUsed += size;
    return this.#bytes.subarray(this.#bytesUsed - size, this.#bytesUsed);
  }

  #takeCharacters(size: number): string {
    if (this.#charactersUsed + size > this.#characters.length) {
      this.#characters = this.#randomBytes(poolBytes).toString("base64url");
      this.#charactersUsed = 0;
    }
    this.#charactersUsed += size;
    return this.#characters.slice(this.#charactersUsed - size, this.#charactersUsed);
  }
}

/** The node that made a connection id. Throws `CONNECTION_ID_INVALID` for anything that no node of ours made. */
export function parseConnectionId(connectionId: string): { readonly node: number } {
  if (!/^[\w-]{18}==$/.test(connectionId)) throw invalid(connectionId);
  const id = Buffer.from(connectionId, "base64url");
  // Several spellings decode to the same bytes; only one of them was ever handed out.
  if (`${id.toString("base64url")}==` !== connectionId) throw invalid(connectionId);
  const [high, low] = [id.readUInt32BE(2), id.readUInt32BE(6)];
  const node = id.readUInt16BE(0) ^ mask(high, low);
  if (id.readUIntBE(10, 3) !== checksum(node, high, low)) throw invalid(connectionId);
  return { node };
}

/** Divisible by three, so that its base64 needs no padding. */
const poolBytes = 3072;

/** The characters of base64 whose two lowest bits are zero. */
const evenCharacters = "AEIMQUYcgkosw048";

function mask(high: number, low: number): number {
  return hash(0x6d61736b, high, low) & 0xffff;
}

function checksum(node: number, high: number, low: number): number {
  return hash(0x73756d00 ^ node, high, low) & 0xffffff;
}

/** Mixes three words until each bit of them moves about half of the result's; no secret is needed. */
function hash(seed: number, high: number, low: number): number {
  let mixed = seed | 0;
  for (const word of [high, low, 0x9e3779b9]) {
    mixed = Math.imul(mixed ^ word, 0x85ebca6b);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 13;
  }
  return mixed >>> 0;
}

function invalid(connectionId: string): HoldfastError {
  return new HoldfastError("CONNECTION_ID_INVALID", `Invalid connectionId: ${connectionId.slice(0, 200)}`);
}
