import { HoldfastError } from "../../base/errors.ts";

/*
 * How messages look on the pipe between the gateway's process and a function process, and nowhere else: frames of
 * a length (four bytes, big-endian, not counting itself) and a JSON array of messages.
 */

const headerBytes = 4;

/** The longest message. Twice what the largest HTTP body that AWS takes becomes in base64 fits. */
export const maximumMessageBytes = 32 * 1024 * 1024;

/** A frame is closed once it holds this much, so that no batch outgrows `maximumFrameBytes`. */
const fullFrameBytes = 1024 * 1024;

/** A UTF-16 unit takes at most three bytes in UTF-8. */
const bytesPerUnit = 3;

/** What a decoder takes: a frame not yet full, and one more message. */
export const maximumFrameBytes = fullFrameBytes * bytesPerUnit + maximumMessageBytes + 1024;

/** Throws `PAYLOAD_TOO_LARGE`, and what `JSON.stringify` throws. */
export function encodeMessage(message: readonly unknown[]): string {
  return checkLength(JSON.stringify(message));
}

/** A message whose last element is JSON already. */
export function encodeMessageEnding(start: readonly unknown[], lastJson: string): string {
  return checkLength(`${JSON.stringify(start).slice(0, -1)},${lastJson}]`);
}

function checkLength(text: string): string {
  if (text.length <= maximumMessageBytes / bytesPerUnit) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maximumMessageBytes) return text;
  throw new HoldfastError(
    "PAYLOAD_TOO_LARGE",
    `${bytes} bytes are too many to pass between the gateway and a function`,
    { hint: `Pass at most ${maximumMessageBytes} bytes at a time.` },
  );
}

/** Encoded messages as frames, in order: nearly always one frame. */
export function encodeFrames(messages: readonly string[]): Buffer[] {
  const frames: Buffer[] = [];
  let first = 0;
  let units = 0;
  messages.forEach((message, index) => {
    units += message.length + 1;
    if (units < fullFrameBytes && index < messages.length - 1) return;
    frames.push(encodeFrame(messages.slice(first, index + 1)));
    first = index + 1;
    units = 0;
  });
  return frames;
}

function encodeFrame(messages: readonly string[]): Buffer {
  const text = `[${messages.join(",")}]`;
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32BE(length);
  frame.write(text, headerBytes);
  return frame;
}

/** Turns chunks, cut anywhere, back into messages. */
export class FrameDecoder {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** How many bytes must be there before another look is worth while. */
  #neededBytes = headerBytes;

  /** Throws `INTERNAL` when the bytes are no frames; the decoder is then of no more use. */
  push(chunk: Buffer): unknown[] {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes < this.#neededBytes) return [];
    return this.#take(this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#pendingBytes));
  }

  #take(bytes: Buffer): unknown[] {
    let messages: unknown[] = [];
    let start = 0;
    this.#neededBytes = headerBytes;
    while (bytes.length - start >= headerBytes) {
      const length = readLength(bytes, start);
      const end = start + headerBytes + length;
      if (end > bytes.length) {
        this.#neededBytes = headerBytes + length;
        break;
      }
      const batch = readBatch(bytes.toString("utf8", start + headerBytes, end));
      messages = messages.length === 0 ? batch : messages.concat(batch);
      start = end;
    }
    this.#pending = start === bytes.length ? [] : [bytes.subarray(start)];
    this.#pendingBytes = bytes.length - start;
    return messages;
  }
}

function readLength(bytes: Buffer, start: number): number {
  const length = bytes.readUInt32BE(start);
  if (length <= maximumFrameBytes) return length;
  throw new HoldfastError("INTERNAL", `A frame of ${length} bytes came; ${maximumFrameBytes} are the most`);
}

function readBatch(text: string): unknown[] {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError("INTERNAL", "A frame does not hold JSON", { cause });
  }
  if (Array.isArray(batch)) return batch as unknown[];
  throw new HoldfastError("INTERNAL", "A frame does not hold a list of messages");
}
