import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { DeadlineList } from "./deadline-list.ts";
import { FirstByteGuard } from "./first-byte-guard.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { asksForWebSocket } from "./handshake.ts";
import { respondJson } from "./http-answer.ts";
import { toListenError } from "./listen-error.ts";
import { defaultListenerLimits, type ListenerLimits } from "./listener-limits.ts";
import { MountTable, splitTarget, type Mount } from "./mounts.ts";
import { resetSocket } from "./reset-socket.ts";
import { Upgrades } from "./upgrades.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly mounts: readonly Mount[];
  /** Everything that is no handshake and not addressed to a stage. */
  readonly http: (request: IncomingMessage, response: ServerResponse) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ListenerLimits>;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Replaces the mounts; open connections stay with the gateway that they have. Throws `PATH_INVALID`. */
  setMounts(mounts: readonly Mount[]): void;
  /**
   * Takes nothing new, closes connections with 1001 "Going away", gives them and the requests under way `graceMs` to
   * end, and ends what is left. Afterwards no socket is open.
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens for sockets and HTTP requests on one port, and brings each to its gateway.
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
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #frameSockets = new Set<FrameSocket>();
  readonly #firstBytes: FirstByteGuard;
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
    this.#upgrades = new Upgrades({
      mounts: () => this.#mounts,
      limits,
      clock,
      log,
      closeDeadlines: new DeadlineList(clock, limits.closeTimeoutMs),
      opened: (frameSocket, socket) => {
        this.#frameSockets.add(frameSocket);
        socket.once("close", () => this.#frameSockets.delete(frameSocket));
      },
    });
    this.#server = createServer({
      // A dead peer is found by the kernel, after some minutes, where no traffic would find it.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 5000),
      // Other upgrades, such as to HTTP/2, may be ignored: they are requests as any other.
      shouldUpgradeCallback: asksForWebSocket,
    });
    this.#server.on("connection", (socket: Socket) => this.#accept(socket));
    this.#server.on("request", (request, response) => this.#serve(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      // Two answers would mix on one socket; nobody who means well asks before the first has come.
      if (this.#openRequests.has(request.socket)) request.socket.destroy();
      // Node passes the request's own socket, typed as any duplex stream.
      else this.#upgrades.take(request, socket as Socket, head);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  async listen(): Promise<void> {
    const { host, port, log } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    try {
      this.#server.listen({ host, port }, resolve);
      await promise;
    } catch (error) {
      throw toListenError(error, host, port);
    }
    this.#server.off("error", reject);
    this.#server.on("error", (error) =>
      log("error", "listener.fault", { message: "The listener met an error", error }),
    );
  }

  setMounts(mounts: readonly Mount[]): void {
    this.#mounts = new MountTable(mounts);
  }

  close(graceMs = defaultCloseGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.#upgrades.stop();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const frameSocket of this.#frameSockets) frameSocket.goingAway();
    // Browsers open sockets in advance and say nothing on them.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const force = (): void => {
      for (const socket of this.#sockets) resetSocket(socket);
    };
    const timer = this.#options.clock.after(graceMs, force);
    // The server counts a socket until it has ended, upgraded or not.
    await promise;
    timer.cancel();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // For as long as the socket lives, whoever else listens: an error without a listener would end the process.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#options.log("debug", "listener.socket-error", { message: error.message, code: error.code }),
    );
    this.#firstBytes.watch(socket);
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
    const target = splitTarget(request.url);
    // What API Gateway answers to a plain GET is not known: 403 and 426 have both been seen. This one says what to do.
    if (request.method === "GET" && target !== undefined && this.#mounts.isStage(target.path)) {
      respondJson(response, 426, "Upgrade Required", { upgrade: "websocket", connection: "upgrade" });
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
