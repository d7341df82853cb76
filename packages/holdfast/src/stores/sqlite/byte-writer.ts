/** Short text is written here, longer text by Node: below this many characters the loop is faster. */
const loopCharacters = 48;
const ordinaryBytes = 4096;
/** A buffer that has grown beyond this is let go of once its bytes were taken. */
const keptBytes = 1_048_576;

/** Bytes that grow at their end. */
export class ByteWriter {
  readonly #initialBytes: number;
  #bytes: Buffer;
  #length = 0;

  constructor(initialBytes = ordinaryBytes) {
    this.#initialBytes = initialBytes;
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** A copy of everything written, in memory of its own; the writer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#length);
    taken.set(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    if (this.#bytes.byteLength > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(this.#initialBytes);
    return taken;
  }

  writeByte(byte: number): void {
    this.#ensure(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53 - 1, in seven bits a byte, lowest first. */
  writeCount(count: number): void {
    this.#ensure(8);
    let rest = count;
    while (rest > 127) {
      this.#bytes[this.#length] = (rest % 128) + 128;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  writeDouble(value: number): void {
    this.#ensure(8);
    this.#bytes.writeDoubleLE(value, this.#length);
    this.#length += 8;
  }

  /** UTF-8, after its length. */
  writeText(text: string): void {
    if (text.length >= loopCharacters || !this.#writeAscii(text)) this.#writeUtf8(text);
  }

  /** The bytes, after their length. */
  writeBytes(bytes: Uint8Array): void {
    this.writeCount(bytes.byteLength);
    this.#ensure(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  /** What `write` writes, after its length in four bytes. Returns where it begins. */
  writeSized(write: () => void): number {
    this.#ensure(4);
    const start = this.#length + 4;
    this.#length = start;
    write();
    this.#bytes.writeUInt32LE(this.#length - start, start - 4);
    return start;
  }

  /** As `writeSized` would have written them. */
  writeSizedBytes(bytes: Uint8Array): void {
    this.#ensure(4 + bytes.byteLength);
    this.#bytes.writeUInt32LE(bytes.byteLength, this.#length);
    this.#bytes.set(bytes, this.#length + 4);
    this.#length += 4 + bytes.byteLength;
  }

  /** False, with nothing written, when the text is not plain ASCII. The length fits in one byte. */
  #writeAscii(text: string): boolean {
    this.#ensure(1 + text.length);
    const start = this.#length + 1;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit > 127) return false;
      this.#bytes[start + at] = unit;
    }
    this.#bytes[start - 1] = text.length;
    this.#length = start + text.length;
    return true;
  }

  #writeUtf8(text: string): void {
    const length = Buffer.byteLength(text, "utf8");
    this.writeCount(length);
    this.#ensure(length);
    this.#bytes.write(text, this.#length, length, "utf8");
    this.#length += length;
  }

  #ensure(more: number): void {
    if (this.#length + more <= this.#bytes.byteLength) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.byteLength * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
