import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { createGateway } from "../../gateway/engine.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { startListener, type Listener } from "../../gateway/listener.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import { GatewayMetrics } from "../../gateway/metrics.ts";
import type { Mount } from "../../gateway/mounts.ts";
import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import type { AppModel, WebSocketApi } from "../../model/app-model.ts";
import { defaultPort } from "../../model/defaults.ts";
import type { ConnectionFacts } from "../../model/gateway-event.ts";
import { apiId } from "../../model/names.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Rooms } from "../../ports/rooms.ts";
import type { ServiceActions } from "../../ports/service-actions.ts";
import type { ConnectionRecords } from "../../ports/connection-records.ts";
import type { Invoker } from "../../ports/invoker.ts";
import { createLocalAccess, type LocalAccess } from "./access.ts";
import { regionOf } from "./aws-environment.ts";
import { LocalManagement } from "./management.ts";
import { createSite, type Site } from "./site.ts";

export interface FrontDoorOptions {
  readonly host: string;
  readonly port?: number;
  readonly stage: string;
  readonly appDir: string;
  readonly invoker: Invoker;
  readonly records: ConnectionRecords;
  /** For TLS on every port. */
  readonly certificates: CertificateSource;
  /** Names that requests may ask for, beside this machine's own and those of AWS. */
  readonly hostNames: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What service integrations reach. */
  readonly serviceActions: ServiceActions;
  /** Whose signatures are taken. */
  readonly signatures: SignatureAccess;
  /** Whether what the APIs do is counted, and shown at `/metrics`. */
  readonly metrics?: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

interface Api {
  readonly gateway: Gateway;
  readonly apiId: string;
  readonly door: Door;
  readonly kind: Mount["kind"];
  readonly path: string;
}

/** A listening port. The first carries HTTP and every API with a path; each further API of the stage has its own. */
interface Door {
  readonly listener: Listener;
  /** Host and port as URLs and events show them. */
  readonly authority: string;
}

/** Everything of an app that the network sees: its sockets, routes and files, on one port or a few. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #doors: Door[] = [];
  readonly #apis = new Map<string, Api>();
  readonly #management: LocalManagement<Door>;
  readonly #metrics: GatewayMetrics | undefined;
  readonly #access: LocalAccess;
  #site: Site | undefined;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#access = createLocalAccess(options);
    this.#metrics = options.metrics === true ? new GatewayMetrics() : undefined;
    this.#management = new LocalManagement({ ...options, region: regionOf(options.environment) });
  }

  /**
   * Opens the ports that a model needs, so that what can fail has failed before anything changes.
   * Rejects with `ADDRESS_IN_USE` and its like.
   */
  async prepare(model: AppModel): Promise<void> {
    const staged = model.webSocketApis.filter(({ path }) => path === undefined).length;
    while (this.#doors.length < Math.max(1, staged)) await this.#openDoor(model);
  }

  /** From when it resolves, new and open connections meet this model. Rejects with `ADDRESS_IN_USE` and its like. */
  async deploy(model: AppModel): Promise<void> {
    if (this.#doors.length === 0) await this.#openDoor(model);
    await this.#access.define(model);
    const wanted = new Map(model.webSocketApis.map((api) => [api.name, api]));
    for (const [name, { path }] of this.#apis) {
      const next = wanted.get(name);
      // Mounted elsewhere it is another API, as far as its clients are concerned.
      if (next === undefined || this.#place(next).path !== path) await this.#removeApi(name);
    }
    for (const api of wanted.values()) {
      const existing = this.#apis.get(api.name);
      if (existing === undefined) await this.#addApi(api, model);
      else existing.gateway.deploy(api);
    }
    for (const door of this.#doors) door.listener.setMounts(this.#mountsOf(door));
    this.#management.deploy(
      [...wanted.values()].flatMap(({ name, limits }) => {
        const api = this.#apis.get(name);
        return api === undefined ? [] : [{ ...api, messageBytes: limits.messageBytes }];
      }),
    );
    this.#site = createSite({
      ...this.#options,
      metrics: this.#metrics,
      model,
      domainName: this.#doors[0]?.authority ?? "",
      websockets: () =>
        [...this.#apis].map(([name, { path, door }]) => ({ name, path, port: door.listener.port })),
    });
  }

  websockets(): { name: string; url: string }[] {
    return [...this.#apis].map(([name, api]) => ({ name, url: urlOf(api) }));
  }

  /** The host and port of the first door, where every API answers to its name on AWS. */
  authority(): string | undefined {
    return this.#doors[0]?.authority;
  }

  /** The base URL of HTTP routes and files. */
  http(): string {
    return `http://${this.#doors[0]?.authority}/`;
  }

  websocket(name: string): { readonly connections: Connections & Rooms; readonly url: string } | undefined {
    const api = this.#apis.get(name);
    return api && { connections: api.gateway, url: urlOf(api) };
  }

  /** The path that a static site's file is served under. Rejects as `StaticFiles.url` does. */
  async staticUrl(sitePath: string, file: string): Promise<string> {
    if (this.#site === undefined)
      throw new HoldfastError("RESOURCE_OUTSIDE_HANDLER", `static:${sitePath} was used before the app ran`);
    return this.#site.files.url(sitePath, file);
  }

  /** Ends connections that an unclean stop left, without waiting for their handlers. */
  runGhosts(ghosts: readonly ConnectionFacts[]): void {
    for (const [name, records] of Map.groupBy(ghosts, (ghost) => ghost.apiName)) {
      const api = this.#apis.get(name);
      if (api !== undefined) void api.gateway.runGhosts(records);
      else for (const { connectionId } of records) this.#options.records.closed(connectionId);
    }
  }

  async close(): Promise<void> {
    // Connections first: their $disconnect handlers may still ask for everything.
    await Promise.all([...this.#apis.values()].map(({ gateway }) => gateway.stop()));
    await Promise.all(this.#doors.map(({ listener }) => listener.close()));
  }

  async #openDoor(model: AppModel): Promise<Door> {
    const { host, clock, log, port = model.app.port ?? defaultPort } = this.#options;
    // A request may come before there is a door; then it is none of an API's.
    const opened: { door?: Door } = {};
    const listener = await startListener({
      host,
      port: port === 0 ? 0 : port + this.#doors.length,
      mounts: [],
      http: (request, response) => this.#site?.handle(request, response),
      management: this.#management.handler(() => opened.door),
      certificates: this.#options.certificates,
      hosts: { names: new Set([host.toLowerCase(), ...this.#options.hostNames]) },
      clock,
      log,
    });
    const door = { listener, authority: `${displayHost(host)}:${listener.port}` };
    opened.door = door;
    this.#doors.push(door);
    return door;
  }

  async #addApi(api: WebSocketApi, model: AppModel): Promise<void> {
    const door = await this.#doorFor(api, model);
    const id = apiId(model.app.name, api.name);
    const gateway = createGateway({
      ...this.#options,
      access: this.#access.options,
      ...(this.#metrics && { observer: this.#metrics }),
      api,
      apiId: id,
      domainName: door.authority,
      node: 0,
    });
    this.#apis.set(api.name, { gateway, apiId: id, door, ...this.#place(api) });
  }

  async #removeApi(name: string): Promise<void> {
    const api = this.#apis.get(name);
    this.#apis.delete(name);
    await api?.gateway.stop();
  }

  /** A new API of the stage takes the first door that no other such API has, or one of its own. */
  async #doorFor(api: WebSocketApi, model: AppModel): Promise<Door> {
    const [first = await this.#openDoor(model)] = this.#doors;
    if (api.path !== undefined) return first;
    const taken = new Set(
      [...this.#apis.values()].filter(({ kind }) => kind === "stage").map(({ door }) => door),
    );
    return this.#doors.find((door) => !taken.has(door)) ?? this.#openDoor(model);
  }

  #mountsOf(door: Door): Mount[] {
    return [...this.#apis.values()].flatMap((api) => {
      const { gateway, kind, path } = api;
      const onAws: Mount = { gateway, kind: "host", path: `/${this.#options.stage}`, apiId: api.apiId };
      return api.door === door ? [{ gateway, kind, path }, onAws] : [onAws];
    });
  }

  /** Where an API is mounted: as a stage, like on AWS, or exactly where it says. */
  #place(api: WebSocketApi): Pick<Mount, "kind" | "path"> {
    return api.path === undefined
      ? { kind: "stage", path: `/${this.#options.stage}` }
      : { kind: "path", path: api.path };
  }
}

function urlOf({ door, path }: Api): string {
  return `ws://${door.authority}${path}`;
}

/** The name that URLs show: `localhost` for loopback and for every address, since that is what people type. */
function displayHost(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
