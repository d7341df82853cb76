import type { IncomingMessage } from "node:http";
import { getCACertificates } from "node:tls";
import { WebSocket } from "ws";
import type { Refusal } from "./transcript.ts";

export interface Handshake {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string[]>>;
  readonly subprotocols: readonly string[];
  readonly insecure: boolean;
  /** A certificate authority, in PEM, to trust beside those that this machine does. */
  readonly authority?: string;
  readonly timeoutMs: number;
}

export type Opening =
  /** Open and paused, so that nothing that comes at once is lost: whoever listens then resumes it. */
  | { readonly kind: "open"; readonly socket: WebSocket }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Opens a WebSocket. Rejects with the error of the network, of TLS or of the protocol as it came.
 *
 * @param signal gives the attempt up.
 */
export function openSocket(handshake: Handshake, signal: AbortSignal): Promise<Opening> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(handshake.url, [...handshake.subprotocols], {
      finishRequest(request) {
        // Set one by one, for a header may have several values.
        for (const [name, values] of Object.entries(handshake.headers)) request.setHeader(name, values);
        request.end();
      },
      rejectUnauthorized: !handshake.insecure,
      ...(handshake.authority !== undefined && {
        ca: [...getCACertificates("default"), handshake.authority],
      }),
      handshakeTimeout: handshake.timeoutMs,
      maxPayload: maxMessageBytes,
    });
    const giveUp = (): void => socket.terminate();
    signal.addEventListener("abort", giveUp, { once: true });
    const settle = (): void => signal.removeEventListener("abort", giveUp);
    // Stays for good: giving a refused handshake up is an error too, by then of no interest.
    socket.on("error", (error) => {
      settle();
      reject(error);
    });
    socket.once("open", () => {
      settle();
      socket.pause();
      resolve({ kind: "open", socket });
    });
    socket.once("unexpected-response", (_request, response: IncomingMessage) => {
      void readRefusal(response).then((refusal) => {
        settle();
        resolve({ kind: "refused", refusal });
        socket.terminate();
      });
    });
  });
}

/** More than any server sends on purpose; without a bound one message could take all memory. */
const maxMessageBytes = 100 * 1024 * 1024;
const maxRefusalBodyBytes = 64 * 1024;
const maxRefusalBodyWaitMs = 2_000;

/** Never rejects: what of the body is missing when the connection breaks or dawdles is left out. */
async function readRefusal(response: IncomingMessage): Promise<Refusal> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), maxRefusalBodyWaitMs);
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxRefusalBodyBytes) break;
    }
  } catch {
    // Status and headers are there, and matter more.
  } finally {
    clearTimeout(timer);
  }
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    headers: response.headers,
    body: Buffer.concat(chunks).subarray(0, maxRefusalBodyBytes).toString("utf8"),
  };
}
