import { connect, type Socket } from "node:net";
import { WebSocket, type ClientOptions } from "ws";
import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { memoryLog, type LogEntry } from "../../../src/base/log.ts";
import type { AccessOptions } from "../../../src/gateway/access/connect-access.ts";
import { createGateway, type GatewayBounds } from "../../../src/gateway/engine.ts";
import type { Gateway } from "../../../src/gateway/gateway.ts";
import { respondNotFound, type HttpHandler } from "../../../src/gateway/http-answer.ts";
import { startListener, type Listener, type ListenerSettings } from "../../../src/gateway/listener.ts";
import type { HostRules } from "../../../src/gateway/host-rules.ts";
import type { ListenerLimits } from "../../../src/gateway/listener-limits.ts";
import type { CertificateSource } from "../../../src/gateway/tls/certificate-source.ts";
import { MemoryInvoker, type MemoryFunction } from "../../../src/host/memory-invoker.ts";
import type { Route, WebSocketApi } from "../../../src/model/app-model.ts";
import { defaultLimits } from "../../../src/model/defaults.ts";
import type { ConnectionRecords } from "../../../src/ports/connection-records.ts";
import type { Invoker } from "../../../src/ports/invoker.ts";

/** A route whose function has the route's key as its name. */
export function makeRoute(key: string, changes: Partial<Route> = {}): Route {
  return {
    key,
    integration: { kind: "function", function: key, proxy: true },
    responds: false,
    ordered: false,
    authorization: { kind: "none" },
    apiKeyRequired: false,
    requestModels: {},
    ...changes,
  };
}

export function makeApi(routes: readonly Route[], changes: Partial<WebSocketApi> = {}): WebSocketApi {
  return {
    name: "chat",
    routeSelectionExpression: "$request.body.action",
    routes,
    extensions: [],
    authorizers: [],
    models: [],
    stageVariables: {},
    limits: defaultLimits,
    ...changes,
  };
}

export interface RigOptions {
  /** Functions by route key; each gets a route, unless `api` brings its own. */
  readonly functions: Readonly<Record<string, MemoryFunction>>;
  readonly api?: WebSocketApi;
  readonly invoker?: Invoker;
  readonly clock?: Clock;
  readonly records?: ConnectionRecords;
  readonly access?: AccessOptions;
  readonly bounds?: Partial<GatewayBounds>;
  readonly limits?: Partial<ListenerLimits>;
  readonly settings?: Omit<ListenerSettings, "limits">;
  readonly certificates?: CertificateSource;
  readonly hosts?: HostRules;
  readonly http?: HttpHandler;
}

/** A gateway with a listener on 127.0.0.1, its stage `dev`, and clients for it; all of it ends with the test. */
export class Rig implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly listener: Listener;
  readonly log: { readonly entries: readonly LogEntry[] };
  readonly #clients: TestClient[] = [];
  readonly #raws: RawClient[] = [];

  constructor(gateway: Gateway, listener: Listener, log: { readonly entries: readonly LogEntry[] }) {
    this.gateway = gateway;
    this.listener = listener;
    this.log = log;
  }

  get port(): number {
    return this.listener.port;
  }

  /** Rejects when the handshake fails. */
  async connect(options: TestClientOptions = {}): Promise<TestClient> {
    const client = new TestClient(`ws://127.0.0.1:${this.port}${options.path ?? "/dev"}`, options);
    this.#clients.push(client);
    await client.opened;
    return client;
  }

  /** The answer to a handshake that is refused. */
  async refusal(
    options: TestClientOptions = {},
  ): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
    const socket = new WebSocket(
      `ws://127.0.0.1:${this.port}${options.path ?? "/dev"}`,
      [...(options.protocols ?? [])],
      options.ws,
    );
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      body: string;
      headers: NodeJS.Dict<string | string[]>;
    }>();
    socket.on("error", () => {});
    socket.on("open", () => reject(new Error("The handshake was accepted")));
    socket.on("unexpected-response", (_request, response) => {
      response.setEncoding("utf8");
      let body = "";
      response.on("data", (text: string) => (body += text));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    return promise;
  }

  async raw(localAddress?: string): Promise<RawClient> {
    const client = await RawClient.open(this.port, localAddress);
    this.#raws.push(client);
    return client;
  }

  /** A raw connection behind its handshake. */
  async upgraded(path = "/dev"): Promise<RawClient> {
    const client = await this.raw();
    client.write(upgradeRequest(path));
    await client.until((text) => text.includes("\r\n\r\n"));
    client.skipHead();
    return client;
  }

  events(name: string): LogEntry[] {
    return this.log.entries.filter(({ event }) => event === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.socket.terminate();
    for (const raw of this.#raws) raw.socket.destroy();
    await this.gateway.stop(2000);
    await this.listener.close(0);
  }
}

export async function startRig(options: RigOptions): Promise<Rig> {
  const { functions, clock = systemClock, records, bounds, limits, http = respondNotFound } = options;
  const log = memoryLog();
  const invoker = options.invoker ?? new MemoryInvoker(functions);
  const listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    mounts: [],
    http,
    clock,
    log,
    ...options.settings,
    ...(options.certificates && { certificates: options.certificates }),
    ...(options.hosts && { hosts: options.hosts }),
    // So long that only what ends by itself ends within a test.
    limits: { closeTimeoutMs: 120_000, ...limits },
  });
  const gateway = createGateway({
    api: options.api ?? makeApi(Object.keys(functions).map((key) => makeRoute(key))),
    apiId: "a1b2c3",
    stage: "dev",
    domainName: `localhost:${listener.port}`,
    node: 7,
    invoker,
    clock,
    log,
    ...(options.access && { access: options.access }),
    ...(records && { records }),
    ...(bounds && { bounds }),
  });
  listener.setMounts([{ gateway, kind: "stage", path: "/dev" }]);
  return new Rig(gateway, listener, log);
}

export interface TestClientOptions {
  readonly path?: string;
  readonly protocols?: readonly string[];
  readonly ws?: ClientOptions;
}

/** An independent client that keeps what it receives. */
export class TestClient {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  /** Resolves with the close code and reason that the client saw. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly messages: string[] = [];
  #next = 0;
  #arrived = Promise.withResolvers<void>();

  constructor(url: string, options: TestClientOptions) {
    this.socket = new WebSocket(url, [...(options.protocols ?? [])], options.ws);
    const opened = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.socket.on("open", () => opened.resolve());
    this.socket.on("error", (error) => opened.reject(error));
    this.socket.on("message", (data, isBinary) => {
      if (isBinary) throw new Error("The gateway sent a binary frame");
      this.messages.push((data as Buffer).toString());
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers<void>();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The next message that was not taken yet. */
  async next(): Promise<string> {
    while (this.messages.length <= this.#next) await this.#arrived.promise;
    const message = this.messages[this.#next];
    this.#next += 1;
    return message ?? "";
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
}

/** Bytes as they are. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  received = Buffer.alloc(0);
  /** How many reads it took. */
  reads = 0;
  #arrived = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      this.reads += 1;
      this.received = Buffer.concat([this.received, chunk]);
      this.#tell();
    });
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()));
    socket.on("close", () => this.#tell());
  }

  static open(port: number, localAddress = "127.0.0.1"): Promise<RawClient> {
    const { promise, resolve, reject } = Promise.withResolvers<RawClient>();
    const socket = connect({ port, host: "127.0.0.1", localAddress, noDelay: true }, () =>
      resolve(new RawClient(socket)),
    );
    socket.on("error", reject);
    return promise;
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until what was received satisfies the test; rejects when the socket closes before. */
  async until(test: (text: string) => boolean): Promise<void> {
    while (!test(this.text)) {
      if (this.socket.closed) throw new Error(`Closed after ${JSON.stringify(this.text)}`);
      await this.#arrived.promise;
    }
  }

  async bytes(count: number): Promise<Buffer> {
    await this.until(() => this.received.length >= count);
    return this.received.subarray(0, count);
  }

  /** Forgets the response's head. */
  skipHead(): void {
    this.received = this.received.subarray(this.received.indexOf("\r\n\r\n") + 4);
  }

  #tell(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers<void>();
  }
}

export const sampleKey = "dGhlIHNhbXBsZSBub25jZQ==";
/** RFC 6455's own example for this key. */
export const sampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

export function upgradeRequest(
  path = "/dev",
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const headers: Record<string, string | undefined> = {
    Host: "localhost",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": sampleKey,
    "Sec-WebSocket-Version": "13",
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

const maskKey = Buffer.from([0x11, 0x22, 0x33, 0x44]);

/** A client frame, masked as it must be. */
export function clientFrame(
  opcode: number,
  payload: string | Uint8Array,
  options: { readonly fin?: boolean } = {},
): Buffer {
  const data = Buffer.from(payload as Uint8Array);
  const length =
    data.length < 126
      ? Buffer.from([data.length | 0x80])
      : data.length < 65_536
        ? Buffer.from([126 | 0x80, data.length >> 8, data.length & 0xff])
        : Buffer.concat([Buffer.from([127 | 0x80, 0, 0, 0, 0]), uint32(data.length)]);
  const masked = data.map((byte, at) => byte ^ (maskKey[at & 3] ?? 0));
  return Buffer.concat([Buffer.from([(options.fin === false ? 0 : 0x80) | opcode]), length, maskKey, masked]);
}

export function clientCloseFrame(code?: number, reason = ""): Buffer {
  if (code === undefined) return clientFrame(8, "");
  return clientFrame(8, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Waits until the check holds; the test's own timeout is the limit. */
export async function eventually(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 2));
}
