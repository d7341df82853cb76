import type { IncomingMessage } from "node:http";

/**
 * Reads on without keeping anything, so that a client that still sends gets to its answer. One that sends more than
 * `discardedBytes` loses its connection; how long it may take is the server's limit.
 */
export function discardBody(request: IncomingMessage, discardedBytes: number): void {
  let left = discardedBytes;
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
  request.resume();
}
