import { HoldfastError } from "../../../base/errors.ts";
import { blockBytes, checksumOf, paddingOf, type TarEntry } from "./tar-writer.ts";

/** An archive's own headers are short; longer ones are none of ours. */
const maximumExtendedBytes = 64 * 1024;

/**
 * Reads a tar archive of plain files, one after the other: `read` gets each with its bytes, and has to read them to the end.
 * Throws `BACKUP_INVALID` for what is none, or has anything but files in it, or was cut short.
 */
export async function readTar(
  input: AsyncIterable<Buffer>,
  read: (entry: TarEntry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const bytes = new ByteQueue(input);
  let extended: Partial<TarEntry> = {};
  for (;;) {
    const block = await bytes.take(blockBytes);
    if (block.every((byte) => byte === 0)) return bytes.drain();
    const { type, ...entry } = readHeader(block);
    if (type === "x") {
      if (entry.sizeBytes > maximumExtendedBytes) throw broken("a header is too long");
      extended = readRecords(await bytes.take(entry.sizeBytes));
      await bytes.take(paddingOf(entry.sizeBytes));
      continue;
    }
    if (type !== "0") throw broken("it holds something that is no file");
    const whole = { ...entry, ...extended };
    extended = {};
    const content = bytes.pieces(whole.sizeBytes);
    await read(whole, content);
    for await (const _ of content);
    await bytes.take(paddingOf(whole.sizeBytes));
  }
}

export function broken(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError("BACKUP_INVALID", `The backup cannot be used: ${why}`, { cause });
}

/** Bytes as they come, taken in lengths that are asked for. */
class ByteQueue {
  readonly #input: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async *pieces(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) await this.#fill();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads what is left, if only for its sender to find out whether all of it came. */
  async drain(): Promise<void> {
    while ((await this.#input.next()).done !== true);
  }

  async #fill(): Promise<void> {
    const next = await this.#input.next();
    if (next.done === true) throw broken("it was cut short");
    this.#rest = next.value;
  }
}

function readHeader(block: Buffer): TarEntry & { readonly type: string } {
  if (readOctal(block, 148, 8) !== checksumOf(block)) throw broken("it is no tar archive, or is damaged");
  return {
    name: readText(block, 0, 100),
    mode: readOctal(block, 100, 8) & 0o777,
    sizeBytes: readOctal(block, 124, 12),
    modifiedMs: readOctal(block, 136, 12) * 1000,
    type: String.fromCharCode(block[156] ?? 0),
  };
}

function readText(block: Buffer, at: number, length: number): string {
  const text = block.subarray(at, at + length).toString("latin1");
  return text.split("\0", 1)[0] ?? "";
}

function readOctal(block: Buffer, at: number, length: number): number {
  const text = readText(block, at, length).trim();
  if (!/^[0-7]+$/.test(text)) throw broken("it is no tar archive, or is damaged");
  return Number.parseInt(text, 8);
}

function readRecords(bytes: Buffer): Partial<TarEntry> {
  const found: { name?: string; sizeBytes?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at);
    const length = Number(bytes.subarray(at, blank).toString("latin1"));
    if (blank < 0 || !Number.isInteger(length) || length <= blank - at) throw broken("a header is damaged");
    const [key, ...value] = bytes
      .subarray(blank + 1, at + length - 1)
      .toString()
      .split("=");
    if (key === "path") found.name = value.join("=");
    if (key === "size") found.sizeBytes = Number(value.join("="));
    at += length;
  }
  return found;
}
