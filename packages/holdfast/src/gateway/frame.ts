/**
 * Server frames of RFC 6455: never masked, never compressed, fragmented when they are long. A message is one buffer,
 * which may be shared.
 */

const final = 0x80;
const opcodes = { continuation: 0x0, text: 0x1, close: 0x8, pong: 0xa } as const;

/** The longest payload of a control frame. */
const controlBytes = 125;
/** The longest reason a close frame holds. */
export const closeReasonBytes = controlBytes - 2;

/**
 * The longest fragment of a text. API Gateway sends long messages in fragments (captured: of up to 8,192 bytes, cut at
 * varying places), so that clients meet them here too.
 */
export const fragmentBytes = 8192;
/** What a fragment that is not short needs before its payload. */
const fragmentHeaderBytes = 4;

/** Lone surrogates become U+FFFD. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  if (length > fragmentBytes) return encodeFragments(text, length);
  const frame = allocateFrame(opcodes.text, length);
  frame.write(text, frame.length - length, length, "utf8");
  return frame;
}

function encodeFragments(text: string, length: number): Buffer {
  const count = Math.ceil(length / fragmentBytes);
  const message = Buffer.allocUnsafe(length + count * fragmentHeaderBytes);
  // Written at the end, the text moves to its places from the front on, and nothing is overwritten before it has moved.
  const textStart = message.length - length;
  // Even parts: a last one of less than 126 bytes would need another header.
  const partStart = (index: number): number => textStart + Math.floor((index * length) / count);
  message.write(text, textStart, length, "utf8");
  let target = 0;
  for (let index = 0; index < count; index += 1) {
    const from = partStart(index);
    const bytes = partStart(index + 1) - from;
    message.copyWithin(target + fragmentHeaderBytes, from, from + bytes);
    message[target] = (index === 0 ? opcodes.text : opcodes.continuation) | (index === count - 1 ? final : 0);
    message[target + 1] = 126;
    message.writeUInt16BE(bytes, target + 2);
    target += fragmentHeaderBytes + bytes;
  }
  return message;
}

/** Without a code the frame is empty; a reason that is too long is cut between characters. */
export function encodeCloseFrame(code: number | undefined, reason: string): Buffer {
  if (code === undefined) return allocateFrame(opcodes.close, 0);
  const room = Buffer.alloc(closeReasonBytes);
  const length = room.write(reason, "utf8");
  const frame = allocateFrame(opcodes.close, 2 + length);
  frame.writeUInt16BE(code, 2);
  room.copy(frame, 4, 0, length);
  return frame;
}

/** `payload` is a ping's: at most 125 bytes. */
export function encodePongFrame(payload: Uint8Array): Buffer {
  const frame = allocateFrame(opcodes.pong, payload.length);
  frame.set(payload, 2);
  return frame;
}

function allocateFrame(opcode: number, length: number): Buffer {
  if (length < 126) {
    const frame = Buffer.allocUnsafe(2 + length);
    frame[0] = final | opcode;
    frame[1] = length;
    return frame;
  }
  if (length < 65_536) {
    const frame = Buffer.allocUnsafe(4 + length);
    frame[0] = final | opcode;
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
    return frame;
  }
  const frame = Buffer.allocUnsafe(10 + length);
  frame[0] = final | opcode;
  frame[1] = 127;
  frame.writeBigUInt64BE(BigInt(length), 2);
  return frame;
}
