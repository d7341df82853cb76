import type { Socket } from "node:net";
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { Log } from "../../base/log.ts";
import { BoundedCache } from "../static/bounded-cache.ts";
import type { CertificateSource } from "./certificate-source.ts";

export interface TlsDoorOptions {
  readonly certificates: CertificateSource;
  /** From the client's first byte to the end of the TLS handshake. */
  readonly handshakeTimeoutMs: number;
  readonly log: Log;
  /** Gets each socket whose TLS handshake is done. It has no error handler of its own yet. */
  readonly secured: (socket: TLSSocket) => void;
}

/** How many names' certificates are kept. Each takes some kilobytes, and a millisecond to make anew. */
const keptCertificates = 256;

/** Takes accepted sockets through their TLS handshake. Certificates are made when a client first asks for their name. */
export class TlsDoor {
  readonly #options: TlsDoorOptions;
  readonly #contexts = new BoundedCache<SecureContext>(keptCertificates);
  #server: Server | undefined;

  constructor(options: TlsDoorOptions) {
    this.#options = options;
  }

  /** The socket has an error handler, and what it received so far is still to be read. */
  take(socket: Socket): void {
    try {
      this.#server ??= this.#createServer();
    } catch (error) {
      this.#logFault(error);
      socket.destroy();
      return;
    }
    this.#server.emit("connection", socket);
  }

  /** It listens to nothing itself. */
  #createServer(): Server {
    const { certificates, handshakeTimeoutMs, log, secured } = this.#options;
    const server = createServer({
      ...certificates.fallback(),
      SNICallback: (name, done) => this.#choose(name, done),
      // With HTTP/2 there would be no upgrade to a WebSocket.
      ALPNProtocols: ["http/1.1"],
      handshakeTimeout: handshakeTimeoutMs,
    });
    server.on("secureConnection", secured);
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      log("debug", "listener.tls-error", { message: error.message, code: error.code });
      socket.destroy();
    });
    return server;
  }

  /** A client that asks for a name that is not ours gets the fallback, and with it an error that names the name. */
  #choose(asked: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const name = asked.toLowerCase();
    try {
      const kept = this.#contexts.get(name);
      if (kept !== undefined) return done(null, kept);
      const certificate = this.#options.certificates.forName(name);
      if (certificate === undefined) return done(null);
      const context = createSecureContext(certificate);
      this.#contexts.set(name, context, 1);
      done(null, context);
    } catch (error) {
      this.#logFault(error);
      done(error as Error);
    }
  }

  #logFault(error: unknown): void {
    this.#options.log("error", "listener.fault", { message: "A certificate could not be made", error });
  }
}
