/** Frames as a client sends them, right and wrong ones. RFC 6455, 5.2. */
export interface FrameOptions {
  /** True unless said: the last frame of its message. */
  readonly fin?: boolean;
  /** The three reserved bits as a number from 0 to 7. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** Writes the length in so many bytes although fewer would do. */
  readonly lengthBytes?: 2 | 8;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const mask = [0x37, 0xfa, 0x21, 0x3d] as const;

export function frame(opcode: number, payload: string | Uint8Array = "", options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options;
  const data = Buffer.from(payload as Uint8Array);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head = Buffer.concat([Buffer.from([first]), encodeLength(data.length, masked, options.lengthBytes)]);
  if (!masked) return Buffer.concat([head, data]);
  for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return Buffer.concat([head, Buffer.from(mask), data]);
}

function encodeLength(length: number, masked: boolean, lengthBytes?: 2 | 8): Buffer {
  const bit = masked ? 0x80 : 0;
  if (lengthBytes === undefined && length < 126) return Buffer.from([bit | length]);
  if (lengthBytes === 2 || (lengthBytes === undefined && length < 65_536))
    return Buffer.from([bit | 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(9);
  long[0] = bit | 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

export const text = (payload: string | Uint8Array, options?: FrameOptions): Buffer =>
  frame(opcodes.text, payload, options);
export const ping = (payload: string | Uint8Array = "", options?: FrameOptions): Buffer =>
  frame(opcodes.ping, payload, options);
export const pong = (payload: string | Uint8Array = ""): Buffer => frame(opcodes.pong, payload);

export function close(code?: number, reason: string | Uint8Array = "", options?: FrameOptions): Buffer {
  if (code === undefined) return frame(opcodes.close, "", options);
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason as Uint8Array)]);
  return frame(opcodes.close, payload, options);
}

/** One message in frames of these payloads. */
export function fragments(opcode: number, payloads: readonly (string | Uint8Array)[]): Buffer[] {
  return payloads.map((payload, at) =>
    frame(at === 0 ? opcode : opcodes.continuation, payload, { fin: at === payloads.length - 1 }),
  );
}

/** One message in frames of so many bytes each. */
export function fragmentsOf(opcode: number, payload: Uint8Array, size: number): Buffer[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += size) payloads.push(payload.subarray(at, at + size));
  return fragments(opcode, payloads);
}
