import { mkdtemp, rm } from "node:fs/promises";
import { request, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { WebSocket, type ClientOptions } from "ws";
import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { memoryLog, type LogEntry } from "../../../src/base/log.ts";
import { createGateway } from "../../../src/gateway/engine.ts";
import type { Gateway } from "../../../src/gateway/gateway.ts";
import { startListener, type Listener } from "../../../src/gateway/listener.ts";
import type { ListenerLimits } from "../../../src/gateway/listener-limits.ts";
import { MemoryInvoker } from "../../../src/host/memory-invoker.ts";
import {
  openCertificateAuthority,
  type CertificateAuthority,
} from "../../../src/targets/local/certificate-authority.ts";
import { makeApi, makeRoute } from "../gateway/rig.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A listener with TLS on 127.0.0.1, its stage `dev` an echo; it answers HTTP with what it was asked. */
export class TlsRig implements AsyncDisposable {
  readonly listener: Listener;
  readonly authority: CertificateAuthority;
  readonly log: { readonly entries: readonly LogEntry[] };
  readonly gateway: Gateway;
  readonly #folder: string;
  readonly #sockets: { destroy(): void }[] = [];

  constructor(parts: {
    readonly listener: Listener;
    readonly authority: CertificateAuthority;
    readonly log: { readonly entries: readonly LogEntry[] };
    readonly gateway: Gateway;
    readonly folder: string;
  }) {
    this.listener = parts.listener;
    this.authority = parts.authority;
    this.log = parts.log;
    this.gateway = parts.gateway;
    this.#folder = parts.folder;
  }

  get port(): number {
    return this.listener.port;
  }

  /** Resolves with the open socket, or rejects as the handshake does. */
  async socket(url: string, options: ClientOptions = {}): Promise<WebSocket> {
    const socket = new WebSocket(url, { ca: this.authority.certificate, ...options });
    this.#sockets.push({ destroy: () => socket.terminate() });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return socket;
  }

  /** An HTTPS request to the port, whatever host it asks for. */
  https(pathname: string, options: RequestOptions = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked = { host: "127.0.0.1", port: this.port, path: pathname, agent: false as const };
    request({ ca: this.authority.certificate, ...asked, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
    return promise;
  }

  /** A TLS connection without a word of HTTP. */
  async tls(
    options: { readonly servername?: string; readonly ALPNProtocols?: string[] } = {},
  ): Promise<TLSSocket> {
    const socket = connect({
      host: "127.0.0.1",
      port: this.port,
      ca: this.authority.certificate,
      ...options,
    });
    this.#sockets.push(socket);
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    socket.on("error", () => {});
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.gateway.stop(2000);
    await this.listener.close(0);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export async function startTlsRig(
  options: {
    readonly limits?: Partial<ListenerLimits>;
    readonly hosts?: readonly string[];
    readonly clock?: Clock;
  } = {},
): Promise<TlsRig> {
  const { clock = systemClock } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-tls-"));
  const authority = await openCertificateAuthority({ folder, clock });
  const log = memoryLog();
  const listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    mounts: [],
    http: (asked, response) => response.end(`${asked.method} ${asked.headers.host} ${asked.url}`),
    certificates: authority,
    hosts: { names: new Set(options.hosts) },
    clock,
    log,
    limits: { closeTimeoutMs: 120_000, ...options.limits },
  });
  const gateway = createGateway({
    api: makeApi([makeRoute("$default", { responds: true })]),
    apiId: "a1b2c3",
    stage: "dev",
    domainName: `localhost:${listener.port}`,
    node: 7,
    invoker: new MemoryInvoker({
      $default: (event) => ({ statusCode: 200, body: event.kind === "message" ? `echo ${event.body}` : "" }),
    }),
    clock,
    log,
  });
  const stage = { gateway, path: "/dev" };
  listener.setMounts([
    { ...stage, kind: "stage" },
    { ...stage, kind: "host", apiId: "a1b2c3" },
  ]);
  return new TlsRig({ listener, authority, log, gateway, folder });
}
