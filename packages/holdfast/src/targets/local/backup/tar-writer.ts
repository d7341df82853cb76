import { once } from "node:events";
import type { Writable } from "node:stream";

export interface TarEntry {
  /** With `/` between its parts. */
  readonly name: string;
  readonly sizeBytes: number;
  /** The rights of a Unix file. */
  readonly mode: number;
  readonly modifiedMs: number;
}

/** The unit of tar archives. */
export const blockBytes = 512;
/** What fits in the header itself; longer names, and those that are not ASCII, go before it. */
const headerNameBytes = 100;
const largestHeaderSize = 0o77_777_777_777;

/** Writes a tar archive of plain files (POSIX.1-2001), which any `tar` reads. Never more in memory than a piece of a file. */
export class TarWriter {
  readonly #output: Writable;

  constructor(output: Writable) {
    this.#output = output;
  }

  /** Rejects when `content` has not as many bytes as the entry says. */
  async add(entry: TarEntry, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    await this.#write(headersOf(entry));
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > entry.sizeBytes) break;
      await this.#write(chunk);
    }
    if (bytes !== entry.sizeBytes) throw new Error(`${entry.name} changed while it was read`);
    await this.#write(Buffer.alloc(paddingOf(bytes)));
  }

  async end(): Promise<void> {
    await this.#write(Buffer.alloc(2 * blockBytes));
    this.#output.end();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#output.destroyed) throw this.#output.errored ?? new Error("The archive cannot be written");
    if (bytes.length > 0 && !this.#output.write(bytes)) await once(this.#output, "drain");
  }
}

/** What follows a file's bytes up to the next block. */
export function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

function headersOf(entry: TarEntry): Buffer {
  const { name, sizeBytes } = entry;
  const records: string[] = [];
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  if (Buffer.byteLength(name) > headerNameBytes || !/^[\x20-\x7e]*$/.test(name))
    records.push(record("path", name));
  if (sizeBytes > largestHeaderSize) records.push(record("size", String(sizeBytes)));
  const plain = header(entry, "0");
  if (records.length === 0) return plain;
  const more = Buffer.from(records.join(""));
  const before = header({ ...entry, name: "PaxHeader", sizeBytes: more.length }, "x");
  return Buffer.concat([before, more, Buffer.alloc(paddingOf(more.length)), plain]);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + String(restBytes).length;
  length = restBytes + String(length).length;
  return `${length}${rest}`;
}

function header({ name, sizeBytes, mode, modifiedMs }: TarEntry, type: "0" | "x"): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(Buffer.from(name).subarray(0, headerNameBytes).toString("latin1"), 0, "latin1");
  writeOctal(block, mode & 0o777, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, Math.min(sizeBytes, largestHeaderSize), 124, 12);
  writeOctal(block, Math.max(0, Math.floor(modifiedMs / 1000)), 136, 12);
  block.write(type, 156);
  block.write("ustar\0" + "00", 257, "latin1");
  writeOctal(block, checksumOf(block), 148, 7);
  block.write(" ", 155);
  return block;
}

function writeOctal(block: Buffer, value: number, at: number, length: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
}

/** The sum of all bytes, with blanks where the sum itself stands. */
export function checksumOf(block: Buffer): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}
