import type { Writable } from "node:stream";
import * as ws from "ws";

/**
 * The frame parser of `ws`, which exports it without types: what is used of it here. Chunks go in with `write`; out
 * come, synchronously unless said otherwise,
 * - `message` (Buffer, isBinary): a whole message, its UTF-8 checked,
 * - `ping` and `pong` (Buffer),
 * - `conclude` (code, Buffer): a close frame, after which nothing may be written; 1005 means without a code,
 * - `error`, in a later microtask: the stream cannot go on; `code` tells why.
 */
export interface FrameReceiver extends Writable {
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: "ping" | "pong", listener: (data: Buffer) => void): this;
  on(event: "conclude", listener: (code: number, reason: Buffer) => void): this;
  on(event: "error", listener: (error: Error & { readonly code?: string }) => void): this;
  on(event: string, listener: (...values: never[]) => void): this;
}

export interface FrameReceiverOptions {
  readonly isServer: boolean;
  /** The longest message in bytes. */
  readonly maxPayload: number;
  /** The most fragments a message may come in. */
  readonly maxFragments: number;
  /** The most chunks that are held while one frame is incomplete. */
  readonly maxBufferedChunks: number;
}

const { Receiver } = ws as unknown as {
  readonly Receiver: new (options: FrameReceiverOptions) => FrameReceiver;
};

export function createFrameReceiver(options: Omit<FrameReceiverOptions, "isServer">): FrameReceiver {
  return new Receiver({ isServer: true, ...options });
}

/** The close code that RFC 6455 has for a receiver's error. */
export function closeCodeOf(error: Error & { readonly code?: string }): number {
  switch (error.code) {
    case "WS_ERR_INVALID_UTF8":
      return 1007;
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return 1009;
    case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
      return 1008;
    default:
      return 1002;
  }
}

/** What `ws` says for a close frame without a code. */
export const noCloseCode = 1005;
