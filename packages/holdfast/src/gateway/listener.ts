import { createServer, type Server } from "node:http";
import { createServer as createPort, type Server as Port, type Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { toListenError } from "../base/listen-error.ts";
import type { Log } from "../base/log.ts";
import type { HandedPort, OpenPort } from "../ports/open-port.ts";
import type { ProxyConfiguration } from "../model/server-configuration.ts";
import { Admission } from "./admission.ts";
import { Arrivals } from "./arrivals.ts";
import { Clients } from "./clients/clients.ts";
import { DeadlineList } from "./deadline-list.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { asksForWebSocket } from "./handshake.ts";
import { HostGate } from "./host-gate.ts";
import type { HostRules } from "./host-rules.ts";
import { defaultListenerLimits, type ListenerLimits } from "./listener-limits.ts";
import { MountTable, type Mount } from "./mounts.ts";
import { RefusalLog } from "./refusal-log.ts";
import { Requests, type RequestsOptions } from "./requests.ts";
import { resetSocket } from "./reset-socket.ts";
import type { CertificateSource } from "./tls/certificate-source.ts";
import { Upgrades } from "./upgrades.ts";

/** What an operator decides of a port that strangers reach. All may be left out, and then is as on a laptop. */
export interface ListenerSettings {
  readonly limits?: Partial<ListenerLimits>;
  /** Whose `X-Forwarded-*` and PROXY headers are believed; nobody's unless given. */
  readonly proxies?: ProxyConfiguration;
  /** Whose pages may connect, such as `https://example.com` or `https://*.example.com`; all may unless given. */
  readonly origins?: readonly string[];
  /** Whether strangers have to come over TLS; they need not unless said. */
  readonly tlsOnly?: boolean;
  /** Brings a port that somebody else opened, in place of one of our own. Undefined where there is none for this address. */
  readonly open?: OpenPort;
}

export interface ListenerOptions extends ListenerSettings, RequestsOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly mounts: readonly Mount[];
  /** For TLS, on the same port; without it, a client that starts TLS is refused as one that speaks no HTTP. */
  readonly certificates?: CertificateSource;
  /** Without them a request may ask for any host. */
  readonly hosts?: HostRules;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /**
   * Replaces the mounts; open connections stay with the gateway that they have. `httpApis`: ids of APIs without sockets,
   * whose names on AWS lead to `http`. Throws `PATH_INVALID`.
   */
  setMounts(mounts: readonly Mount[], httpApis?: readonly string[]): void;
  /** Begins to accept on a port that was handed over; any other accepts already. Rejects with `ADDRESS_IN_USE` and its like. */
  begin(): Promise<void>;
  /**
   * From now on handshakes are refused with 503 and `Retry-After`, those that wait for `$connect` included, and each HTTP
   * answer is its socket's last. The port stays open, and open connections go on.
   */
  refuseNew(): void;
  /** Resolves when every HTTP request is answered. */
  idle(): Promise<void>;
  /** Ends listening, and nothing else: open sockets go on, those of HTTP until their next answer. */
  closePort(): void;
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
  readonly #clients: Clients;
  readonly #arrivals: Arrivals;
  readonly #requests: Requests;
  /** Gets its sockets when they have arrived. */
  readonly #server: Server;
  readonly #upgrades: Upgrades;
  readonly #frameSockets = new Set<FrameSocket>();
  #mounts: MountTable;
  #portNumber: number;
  /** Until it begins to accept there. */
  #handed: HandedPort | undefined;
  /** Resolves when the port is closed, and every socket has ended. */
  #ended: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    const { clock, log } = options;
    this.host = options.host;
    this.#options = options;
    this.#portNumber = options.port;
    const limits = { ...defaultListenerLimits, ...options.limits };
    const refusals = new RefusalLog(clock, log);
    const hosts = new HostGate(options.hosts, refusals);
    this.#mounts = new MountTable(options.mounts);
    this.#clients = new Clients(options.proxies ?? { trusted: [], protocol: false });
    this.#requests = new Requests(options, hosts, refusals, () => this.#mounts);
    this.#upgrades = new Upgrades({
      mounts: () => this.#mounts,
      checkHost: (request) => this.#requests.checkHost(request) ?? hosts.checkHosted(request),
      admission: new Admission(limits, options.origins ?? [], clock, refusals),
      refusals,
      limits,
      clock,
      log,
      ...(options.observer && { observer: options.observer }),
      closeDeadlines: new DeadlineList(clock, limits.closeTimeoutMs),
      burstDeadlines: new DeadlineList(clock, limits.tlsBurstMs),
      opened: (frameSocket, socket) => {
        this.#frameSockets.add(frameSocket);
        socket.once("close", () => this.#frameSockets.delete(frameSocket));
      },
    });
    this.#server = this.#createHttpServer(limits);
    this.#arrivals = new Arrivals({
      clients: this.#clients,
      certificates: options.certificates,
      tlsOnly: options.tlsOnly ?? false,
      limits,
      refusals,
      clock,
      log,
      ready: (socket) => void this.#server.emit("connection", socket),
    });
    this.#port = this.#createPort(limits, refusals);
  }

  #createPort({ sockets }: ListenerLimits, refusals: RefusalLog): Port {
    // A dead peer is found by the kernel, after some minutes, where no traffic would find it.
    const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
    const port = createPort({ ...socketOptions, allowHalfOpen: true }, (socket) =>
      this.#arrivals.accept(socket),
    );
    if (sockets === Number.POSITIVE_INFINITY) return port;
    port.maxConnections = sockets;
    port.on("drop", () =>
      refusals.tell("sockets", "warn", "listener.socket-refused", {
        message: `A socket was dropped: there are ${sockets}`,
        hint: "limits.connections, and some more, is how many there may be.",
      }),
    );
    return port;
  }

  #createHttpServer(limits: ListenerLimits): Server {
    const server = createServer({
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 5000),
      maxHeaderSize: limits.headerBytes,
      // Other upgrades, such as to HTTP/2, may be ignored: they are requests as any other.
      shouldUpgradeCallback: asksForWebSocket,
    });
    server.on("request", (request, response) => {
      this.#clients.identify(request);
      this.#requests.serve(request, response);
    });
    server.on("upgrade", (request, stream, head) => {
      // Node passes the request's own socket, typed as any duplex stream.
      const socket = stream as Socket;
      socket.setTimeout(0);
      this.#clients.identify(request);
      // Two answers would mix on one socket; nobody who means well asks before the first has come.
      if (this.#requests.isBusy(socket)) socket.destroy();
      else this.#upgrades.take(request, socket, head);
    });
    // Nothing has come or gone for so long. Whoever waits for an answer may wait on; whoever does not read it may not.
    server.timeout = limits.unreadAnswerTimeoutMs;
    server.on("timeout", (socket) => {
      if (!this.#requests.isBusy(socket)) socket.destroy();
      else if (socket.writableLength > 0) resetSocket(socket);
    });
    return server;
  }

  get port(): number {
    return this.#portNumber;
  }

  async listen(): Promise<void> {
    const { host, port, open } = this.#options;
    this.#handed = await open?.(host, port);
    if (this.#handed === undefined) await this.#listen((done) => this.#port.listen({ host, port }, done));
    else this.#portNumber = this.#handed.port;
  }

  async begin(): Promise<void> {
    const handed = this.#handed;
    this.#handed = undefined;
    if (handed !== undefined) await this.#listen((done) => this.#port.listen(handed.handle, done));
  }

  async #listen(start: (done: () => void) => void): Promise<void> {
    const { host, port, log } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#port.once("error", reject);
    try {
      start(resolve);
      await promise;
    } catch (error) {
      throw toListenError(error, host, port);
    }
    this.#port.off("error", reject);
    this.#port.on("error", (error) =>
      log("error", "listener.fault", { message: "The listener met an error", error }),
    );
    const address = this.#port.address();
    if (typeof address === "object" && address !== null) this.#portNumber = address.port;
    // It starts to look after its sockets' time limits with this, and not with the first of them.
    this.#server.emit("listening");
  }

  setMounts(mounts: readonly Mount[], httpApis: readonly string[] = []): void {
    this.#mounts = new MountTable(mounts, httpApis);
  }

  refuseNew(): void {
    this.#upgrades.stop();
    this.#requests.sendAway();
  }

  idle(): Promise<void> {
    return this.#requests.idle();
  }

  closePort(): void {
    if (this.#ended !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    this.#requests.sendAway();
    // The port counts a socket until it has ended, upgraded or not.
    this.#port.close(() => resolve());
  }

  close(graceMs = defaultCloseGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.#upgrades.stop();
    this.closePort();
    this.#requests.endSockets();
    // Ends sockets that wait for a next request.
    this.#server.close();
    for (const frameSocket of this.#frameSockets) frameSocket.goingAway();
    this.#arrivals.endSilent();
    const timer = this.#options.clock.after(graceMs, () => this.#arrivals.resetAll());
    await this.#ended;
    timer.cancel();
  }
}
