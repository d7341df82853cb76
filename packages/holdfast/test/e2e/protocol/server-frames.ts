/** A message or control frame as a server may send it; fragments are joined. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Reads a server's frames. Throws for what a server must not send; what is incomplete is left out. RFC 6455, 5. */
export function readServerFrames(bytes: Buffer): readonly ServerFrame[] {
  const frames: ServerFrame[] = [];
  let fragments: ServerFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 2) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    if ((first & 0x70) !== 0) throw new Error("The server set a reserved bit");
    if ((second & 0x80) !== 0) throw new Error("The server masked a frame");
    const { length, headBytes } = readLength(bytes, at, second);
    if (bytes.length < at + headBytes + length) break;
    const isFinal = (first & 0x80) !== 0;
    const frame = { opcode: first & 0x0f, payload: bytes.subarray(at + headBytes, at + headBytes + length) };
    at += headBytes + length;
    if (frame.opcode >= 0x8) {
      if (!isFinal) throw new Error("The server sent a control frame in fragments");
      frames.push(frame);
      continue;
    }
    if ((frame.opcode === 0) !== fragments.length > 0)
      throw new Error("The server's fragments do not follow");
    fragments.push(frame);
    if (!isFinal) continue;
    frames.push({
      opcode: fragments[0]?.opcode ?? 0,
      payload: Buffer.concat(fragments.map(({ payload }) => payload)),
    });
    fragments = [];
  }
  return frames;
}

function readLength(bytes: Buffer, at: number, second: number): { length: number; headBytes: number } {
  if (second < 126) return { length: second, headBytes: 2 };
  const headBytes = second === 126 ? 4 : 10;
  if (bytes.length < at + headBytes) return { length: Infinity, headBytes };
  const length = second === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  if (length < (second === 126 ? 126 : 65_536))
    throw new Error("The server wrote a length in more bytes than it needs");
  return { length, headBytes };
}
