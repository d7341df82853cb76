import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createPort, type Server as Port, type Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { hostNameOf, readExecuteApiHost } from "../model/aws-hosts.ts";
import { DeadlineList } from "./deadline-list.ts";
import { FirstByteGuard } from "./first-byte-guard.ts";
import type { FrameSocket } from "./frame-socket.ts";
import type { Refusal } from "./gateway.ts";
import { asksForWebSocket } from "./handshake.ts";
import { HostGate } from "./host-gate.ts";
import type { HostRules } from "./host-rules.ts";
import { respondJson, respondRefusal } from "./http-answer.ts";
import { toListenError } from "./listen-error.ts";
import { defaultListenerLimits, type ListenerLimits } from "./listener-limits.ts";
import { MountTable, type Mount } from "./mounts.ts";
import { splitTarget } from "./request-target.ts";
import { resetSocket } from "./reset-socket.ts";
import type { CertificateSource } from "./tls/certificate-source.ts";
import { handOnByFirstByte } from "./tls/first-byte.ts";
import { TlsDoor } from "./tls/tls-door.ts";
import { Upgrades } from "./upgrades.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly mounts: readonly Mount[];
  /** Everything that is no handshake and not addressed to a stage. */
  readonly http: (request: IncomingMessage, response: ServerResponse) => void;
  /** Answers a request of `@connections`, whatever host it asks for; tells whether it was one. */
  readonly management?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers a call of one of AWS's services, before anything else may; tells whether it was one that it hosts. */
  readonly services?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** For TLS, on the same port; without it, a client that starts TLS is refused as one that speaks no HTTP. */
  readonly certificates?: CertificateSource;
  /** Without them a request may ask for any host. */
  readonly hosts?: HostRules;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ListenerLimits>;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /**
   * Replaces the mounts; open connections stay with the gateway that they have. `httpApis`: ids of APIs without sockets,
   * whose names on AWS lead to `http`. Throws `PATH_INVALID`.
   */
  setMounts(mounts: readonly Mount[], httpApis?: readonly string[]): void;
  /**
   * Takes nothing new, closes connections with 1001 "Going away", gives them and the requests under way `graceMs` to
   * end, and ends what is left. Afterwards no socket is open.
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens for sockets and HTTP requests on one port, with TLS and without, and brings each to its gateway.
 * Rejects with `ADDRESS_IN_USE`, `ADDRESS_NOT_AVAILABLE` or `PATH_INVALID`.
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const listener = new HttpListener(options);
  await listener.listen();
  return listener;
}

const defaultCloseGraceMs = 5000;

class HttpListener implements Listener {
  readonly host: string;
  readonly #options: ListenerOptions;
  readonly #port: Port;
  /** Gets its sockets from the port. */
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #frameSockets = new Set<FrameSocket>();
  readonly #firstBytes: FirstByteGuard;
  readonly #tls: TlsDoor | undefined;
  readonly #hosts: HostGate;
  readonly #upgrades: Upgrades;
  /** Requests that are not answered yet, where there are any. */
  readonly #openRequests = new Map<Socket, number>();
  #mounts: MountTable;
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    const { clock, log } = options;
    this.host = options.host;
    this.#options = options;
    const limits = { ...defaultListenerLimits, ...options.limits };
    this.#mounts = new MountTable(options.mounts);
    this.#firstBytes = new FirstByteGuard(clock, limits.firstByteTimeoutMs);
    this.#hosts = new HostGate(options.hosts, log);
    this.#tls = options.certificates && this.#createTlsDoor(options.certificates, limits);
    this.#upgrades = new Upgrades({
      mounts: () => this.#mounts,
      checkHost: (request) => this.#checkHost(request) ?? this.#hosts.checkHosted(request),
      limits,
      clock,
      log,
      closeDeadlines: new DeadlineList(clock, limits.closeTimeoutMs),
      burstDeadlines: new DeadlineList(clock, limits.tlsBurstMs),
      opened: (frameSocket, socket) => {
        this.#frameSockets.add(frameSocket);
        socket.once("close", () => this.#frameSockets.delete(frameSocket));
      },
    });
    this.#server = this.#createHttpServer(limits);
    // A dead peer is found by the kernel, after some minutes, where no traffic would find it.
    const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
    this.#port = createPort({ ...socketOptions, allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  #createHttpServer(limits: ListenerLimits): Server {
    const server = createServer({
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 5000),
      // Other upgrades, such as to HTTP/2, may be ignored: they are requests as any other.
      shouldUpgradeCallback: asksForWebSocket,
    });
    server.on("request", (request, response) => this.#serve(request, response));
    server.on("upgrade", (request, socket, head) => {
      // Two answers would mix on one socket; nobody who means well asks before the first has come.
      if (this.#openRequests.has(request.socket)) request.socket.destroy();
      // Node passes the request's own socket, typed as any duplex stream.
      else this.#upgrades.take(request, socket as Socket, head);
    });
    return server;
  }

  #createTlsDoor(certificates: CertificateSource, limits: ListenerLimits): TlsDoor {
    return new TlsDoor({
      certificates,
      handshakeTimeoutMs: limits.tlsHandshakeTimeoutMs,
      clock: this.#options.clock,
      log: this.#options.log,
      secured: (socket) => {
        this.#keep(socket);
        this.#server.emit("connection", socket);
      },
    });
  }

  get port(): number {
    const address = this.#port.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  async listen(): Promise<void> {
    const { host, port, log } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#port.once("error", reject);
    try {
      this.#port.listen({ host, port }, resolve);
      await promise;
    } catch (error) {
      throw toListenError(error, host, port);
    }
    this.#port.off("error", reject);
    this.#port.on("error", (error) =>
      log("error", "listener.fault", { message: "The listener met an error", error }),
    );
    // It starts to look after its sockets' time limits with this, and not with the first of them.
    this.#server.emit("listening");
  }

  setMounts(mounts: readonly Mount[], httpApis: readonly string[] = []): void {
    this.#mounts = new MountTable(mounts, httpApis);
  }

  close(graceMs = defaultCloseGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.#upgrades.stop();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#port.close(() => resolve());
    // Ends sockets that wait for a next request.
    this.#server.close();
    for (const frameSocket of this.#frameSockets) frameSocket.goingAway();
    // Browsers open sockets in advance and say nothing on them.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const force = (): void => {
      for (const socket of this.#sockets) resetSocket(socket);
    };
    const timer = this.#options.clock.after(graceMs, force);
    // The port counts a socket until it has ended, upgraded or not.
    await promise;
    timer.cancel();
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    this.#firstBytes.watch(socket);
    const serve = (): void => void this.#server.emit("connection", socket);
    if (this.#tls === undefined) serve();
    else handOnByFirstByte(socket, { plain: serve, tls: (client) => this.#tls?.take(client) });
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

  #checkHost(request: IncomingMessage): Refusal | undefined {
    const host = hostNameOf(request.headers.host ?? "");
    if (this.#mounts.isForeignApi(host)) return this.#hosts.unknownApi(host, this.#mounts.apiIds);
    return this.#hosts.check(request);
  }

  #countRequests(socket: Socket, change: 1 | -1): void {
    const count = (this.#openRequests.get(socket) ?? 0) + change;
    if (count === 0) this.#openRequests.delete(socket);
    else this.#openRequests.set(socket, count);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#countRequests(socket, 1);
    response.once("close", () => {
      this.#countRequests(socket, -1);
      if (this.#closing !== undefined) socket.end();
    });
    const refusal = this.#checkHost(request);
    if (refusal !== undefined) {
      respondRefusal(response, refusal);
      return;
    }
    // First: the key of an object may hold `@connections`.
    if (this.#options.services?.(request, response) === true) return;
    const unhosted = this.#hosts.checkHosted(request);
    if (unhosted !== undefined) {
      respondRefusal(response, unhosted);
      return;
    }
    if (this.#options.management?.(request, response) === true) return;
    const target = splitTarget(request.url);
    const host = hostNameOf(request.headers.host ?? "");
    // What API Gateway answers to a plain GET is not known: 403 and 426 have both been seen. This one says what to do.
    if (request.method === "GET" && target !== undefined && this.#mounts.isStage(target.path, host)) {
      respondJson(response, 426, "Upgrade Required", { upgrade: "websocket", connection: "upgrade" });
      return;
    }
    if (readExecuteApiHost(host) !== undefined && !this.#mounts.isHttpApi(host)) {
      this.#options.log("warn", "listener.request-refused", {
        message: `${request.method} ${target?.path ?? ""} on ${host} was refused with 403: a WebSocket API has nothing there`,
        hint: "Its name on AWS answers handshakes at its stage, and calls of /{stage}/@connections.",
      });
      respondJson(response, 403, "Forbidden", { connection: "close" });
      return;
    }
    try {
      this.#options.http(request, response);
    } catch (error) {
      this.#options.log("error", "listener.fault", { message: "A request could not be handled", error });
      if (response.headersSent) request.socket.destroy();
      else respondJson(response, 500, "Internal server error");
    }
  }
}
