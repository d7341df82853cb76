import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { AddressCounts } from "./clients/address-counts.ts";
import { setSource, sourceOf } from "./clients/client.ts";
import type { Clients } from "./clients/clients.ts";
import { readIntroduction } from "./clients/read-introduction.ts";
import { FirstByteGuard } from "./first-byte-guard.ts";
import type { ListenerLimits } from "./listener-limits.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { resetSocket } from "./reset-socket.ts";
import type { CertificateSource } from "./tls/certificate-source.ts";
import { handOnByFirstByte } from "./tls/first-byte.ts";
import { TlsDoor } from "./tls/tls-door.ts";

export interface ArrivalsOptions {
  readonly clients: Clients;
  /** For TLS; without it no socket is looked at before HTTP. */
  readonly certificates: CertificateSource | undefined;
  /** Whether strangers have to come over TLS; what runs here, and trusted proxies, need not. */
  readonly tlsOnly: boolean;
  readonly limits: ListenerLimits;
  readonly refusals: RefusalLog;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets each socket that is ready for HTTP. */
  readonly ready: (socket: Socket) => void;
}

/** Beside its connections, for what else one address does at a time. */
const otherSocketsPerAddress = 64;

/** Takes sockets from their accept to HTTP: past a PROXY header, where one has to come, and through TLS. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #sockets = new Set<Socket>();
  readonly #firstBytes: FirstByteGuard;
  readonly #perAddress: AddressCounts;
  readonly #tls: TlsDoor | undefined;
  /** Sockets in their TLS handshake of which a PROXY header told, by their other end. */
  readonly #securing = new Map<string, Socket>();

  constructor(options: ArrivalsOptions) {
    const { clock, limits, certificates } = options;
    this.#options = options;
    this.#firstBytes = new FirstByteGuard(clock, limits.firstByteTimeoutMs);
    this.#perAddress = new AddressCounts(limits.connectionsPerAddress + otherSocketsPerAddress);
    this.#tls =
      certificates &&
      new TlsDoor({
        ...options,
        certificates,
        handshakeTimeoutMs: limits.tlsHandshakeTimeoutMs,
        secured: (socket) => this.#secured(socket),
      });
  }

  accept(socket: Socket): void {
    this.#keep(socket);
    if (!this.#options.clients.mustIntroduce(socket)) {
      this.#begin(socket, 0);
      return;
    }
    readIntroduction(
      socket,
      this.#firstBytes.deadlines,
      (headerBytes) => this.#begin(socket, headerBytes),
      () => this.#tellUnannounced(socket),
    );
  }

  /** Ends those that have said nothing: browsers open sockets in advance. */
  endSilent(): void {
    this.#firstBytes.endSilent();
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  resetAll(): void {
    for (const socket of this.#sockets) resetSocket(socket);
  }

  #begin(socket: Socket, bytesBefore: number): void {
    this.#firstBytes.watch(socket, bytesBefore);
    if (!this.#count(socket)) return;
    if (this.#tls === undefined) this.#options.ready(socket);
    else
      handOnByFirstByte(socket, {
        plain: (client) => this.#plain(client),
        tls: (client) => this.#secure(client),
      });
  }

  #plain(socket: Socket): void {
    const { tlsOnly, clients, refusals, ready } = this.#options;
    if (!tlsOnly || sourceOf(socket) !== undefined || clients.ownerOf(socket) === undefined) {
      ready(socket);
      return;
    }
    refusals.tell("plain sockets", "warn", "listener.socket-refused", {
      message: `A socket of ${clients.ownerOf(socket)} was dropped: it did not begin with TLS`,
      hint: "With tls.certificate clients come over https: and wss: only. A proxy that ends TLS is to be named in proxy.trusted.",
    });
    resetSocket(socket);
  }

  /** For as long as the socket lives. */
  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // Whoever else listens: an error without a listener would end the process.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#options.log("debug", "listener.socket-error", { message: error.message, code: error.code }),
    );
  }

  /** Not in vain are sockets counted that never ask for anything: they, too, are files to the system. */
  #count(socket: Socket): boolean {
    const address = this.#options.clients.ownerOf(socket);
    if (address === undefined) return true;
    if (this.#perAddress.take(address)) {
      socket.once("close", () => this.#perAddress.release(address));
      return true;
    }
    this.#options.refusals.tell("sockets of one address", "warn", "listener.socket-refused", {
      message: `A socket of ${address} was dropped: it has too many open`,
      hint: "limits.connectionsPerAddress, and some more, is how many it may have.",
    });
    resetSocket(socket);
    return false;
  }

  #secure(socket: Socket): void {
    if (sourceOf(socket) !== undefined) {
      const end = otherEnd(socket);
      this.#securing.set(end, socket);
      socket.once("close", () => {
        if (this.#securing.get(end) === socket) this.#securing.delete(end);
      });
    }
    this.#tls?.take(socket);
  }

  /** What is known of the socket below is known of the TLS socket, which has the same other end. */
  #secured(socket: TLSSocket): void {
    this.#keep(socket);
    const source = sourceOf(this.#securing.get(otherEnd(socket)) ?? socket);
    if (source !== undefined) setSource(socket, source);
    // Reset while its handshake ended: nobody knows any more whose it was.
    if (socket.remotePort === undefined) socket.destroy();
    else this.#options.ready(socket);
  }

  #tellUnannounced(socket: Socket): void {
    this.#options.refusals.tell("PROXY headers", "warn", "listener.socket-refused", {
      message: `A socket from ${socket.remoteAddress ?? "a trusted proxy"} was dropped: it did not begin with a PROXY header`,
      hint: "With proxy.protocol each connection of a trusted proxy begins with one. Let the proxy send it, or turn that off.",
    });
  }
}

function otherEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
