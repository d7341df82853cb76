/** Server frames of RFC 6455: never masked, never fragmented, never compressed. Each is one buffer that may be shared. */

const final = 0x80;
const opcodes = { text: 0x1, close: 0x8, pong: 0xa } as const;

/** The longest payload of a control frame. */
const controlBytes = 125;
/** The longest reason a close frame holds. */
export const closeReasonBytes = controlBytes - 2;

/** Lone surrogates become U+FFFD. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = allocateFrame(opcodes.text, length);
  frame.write(text, frame.length - length, length, "utf8");
  return frame;
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
