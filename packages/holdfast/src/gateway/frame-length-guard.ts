/**
 * Follows a client's frames by their heads alone, and finds the first one that is too long as soon as its head has
 * come. API Gateway has a limit for frames beside the one for messages (documented); `ws` knows only the latter. It also
 * finds the first one that may not come yet.
 */
export class FrameLengthGuard {
  readonly #frameBytes: number;
  readonly #mayBegin: () => boolean;
  #headSize = 0;
  /** As far as the second byte has told: how long the head is without its mask. */
  #headEnd = 2;
  #maskBytes = 0;
  #payloadBytes = 0;
  /** Of the frame whose head was read: its mask and payload, as far as they have not come yet. */
  #remainingBytes = 0;

  /** `mayBegin` is asked at the beginning of each frame. */
  constructor(frameBytes: number, mayBegin: () => boolean = () => true) {
    this.#frameBytes = frameBytes;
    this.#mayBegin = mayBegin;
  }

  /** Call with each chunk in turn, until a frame was too long; with what is left of it, once the next frame may begin. */
  check(chunk: Uint8Array): LongFrame | EarlyFrame | undefined {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#remainingBytes, chunk.length - at);
      this.#remainingBytes -= skipped;
      at += skipped;
      if (at === chunk.length) return undefined;
      if (this.#headSize === 0 && !this.#mayBegin()) return { kind: "early", start: at };
      this.#takeHead(chunk[at] ?? 0);
      at += 1;
      if (this.#headSize < this.#headEnd) continue;
      const payloadBytes = this.#payloadBytes;
      if (payloadBytes > this.#frameBytes) {
        return { kind: "long", payloadBytes, start: Math.max(0, at - this.#headSize) };
      }
      this.#remainingBytes = payloadBytes + this.#maskBytes;
      this.#headSize = 0;
      this.#headEnd = 2;
    }
    return undefined;
  }

  /** RFC 6455, 5.2: two bytes, then two or eight for a length that the second has no room for, then the mask. */
  #takeHead(byte: number): void {
    this.#headSize += 1;
    if (this.#headSize > 2) this.#payloadBytes = this.#payloadBytes * 256 + byte;
    if (this.#headSize !== 2) return;
    const length = byte % 128;
    this.#maskBytes = byte < 128 ? 0 : 4;
    this.#payloadBytes = length < 126 ? length : 0;
    if (length >= 126) this.#headEnd = length === 126 ? 4 : 10;
  }
}

export interface LongFrame {
  readonly kind: "long";
  readonly payloadBytes: number;
  /** Where in the chunk it begins; 0 for one that began in an earlier chunk. */
  readonly start: number;
}

/** One that may not begin yet. */
export interface EarlyFrame {
  readonly kind: "early";
  /** Where in the chunk it begins. */
  readonly start: number;
}
