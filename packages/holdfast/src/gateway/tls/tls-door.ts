import type { Socket } from "node:net";
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { BoundedCache } from "../static/bounded-cache.ts";
import type { CertificateSource, ServerCertificate } from "./certificate-source.ts";

export interface TlsDoorOptions {
  readonly certificates: CertificateSource;
  /** From the client's first byte to the end of the TLS handshake. */
  readonly handshakeTimeoutMs: number;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Gets each socket whose TLS handshake is done. It has no error handler of its own yet. */
  readonly secured: (socket: TLSSocket) => void;
}

/** How many names' certificates are kept. Each takes some kilobytes, and a millisecond to make anew. */
const keptCertificates = 256;

/** What a certificate must still have before it; else a new one takes its place. */
const renewalMs = 24 * 60 * 60 * 1000;

/** Takes accepted sockets through their TLS handshake. Certificates are made when a client first asks for their name. */
export class TlsDoor {
  readonly #options: TlsDoorOptions;
  readonly #contexts = new BoundedCache<KeptContext>(keptCertificates);
  #server: Server | undefined;
  #fallback: ServerCertificate | undefined;

  constructor(options: TlsDoorOptions) {
    this.#options = options;
  }

  /** The socket has an error handler, and what it received so far is still to be read. */
  take(socket: Socket): void {
    try {
      this.#server ??= this.#createServer();
      this.#renewFallback(this.#server);
    } catch (error) {
      this.#logFault(error);
      socket.destroy();
      return;
    }
    this.#server.emit("connection", socket);
  }

  /** It listens to nothing itself. */
  #createServer(): Server {
    const { handshakeTimeoutMs, log, secured } = this.#options;
    const server = createServer({
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

  /** Handshakes that have begun go on with what they began with. */
  #renewFallback(server: Server): void {
    if (this.#holds(this.#fallback)) return;
    const certificate = this.#options.certificates.fallback();
    const { cert, key } = certificate;
    server.setSecureContext({ cert, key, minVersion: "TLSv1.2" });
    this.#fallback = certificate;
  }

  #holds(certificate: ServerCertificate | undefined): boolean {
    if (certificate === undefined || certificate.isReplaced?.() === true) return false;
    return certificate.validUntilMs - this.#options.clock.now() >= renewalMs;
  }

  /** A client that asks for a name that is not ours gets the fallback, and with it an error that names the name. */
  #choose(asked: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const name = asked.toLowerCase();
    try {
      const kept = this.#contexts.get(name);
      if (kept !== undefined && this.#holds(kept.certificate)) return done(null, kept.context);
      const certificate = this.#options.certificates.forName(name);
      if (certificate === undefined) return done(null);
      const { cert, key } = certificate;
      const context = createSecureContext({ cert, key, minVersion: "TLSv1.2" });
      this.#contexts.set(name, { context, certificate }, 1);
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

interface KeptContext {
  readonly context: SecureContext;
  readonly certificate: ServerCertificate;
}
