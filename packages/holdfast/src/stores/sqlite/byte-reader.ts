/** Reads what `ByteWriter` wrote. Throws `RangeError` at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readByte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError("The bytes end too early");
    this.#at += 1;
    return byte;
  }

  readCount(): number {
    let byte = this.readByte();
    let count = byte % 128;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.readByte();
      count += (byte % 128) * scale;
    }
    return count;
  }

  readDouble(): number {
    const start = this.#advance(8);
    return this.#bytes.readDoubleLE(start);
  }

  readText(): string {
    const start = this.#advance(this.readCount());
    return this.#bytes.toString("utf8", start, this.#at);
  }

  /** A copy, in memory of its own. */
  readBytes(): Uint8Array {
    const start = this.#advance(this.readCount());
    return new Uint8Array(this.#bytes.subarray(start, this.#at));
  }

  /** What `writeSized` wrote: a view into these bytes, not a copy. */
  readSized(): Uint8Array {
    const length = this.#bytes.readUInt32LE(this.#advance(4));
    const start = this.#advance(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** Reads in place what `writeSized` wrote, and stands behind it afterwards, whatever `read` did. */
  within<Result>(read: () => Result): Result {
    const length = this.#bytes.readUInt32LE(this.#advance(4));
    const end = this.#at + length;
    try {
      return read();
    } finally {
      this.#at = end;
    }
  }

  /** Where the next `length` bytes begin. */
  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.byteLength) throw new RangeError("The bytes end too early");
    this.#at = start + length;
    return start;
  }
}
