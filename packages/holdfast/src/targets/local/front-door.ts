import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { createGateway } from "../../gateway/engine.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { respondJson } from "../../gateway/http-answer.ts";
import { startListener, type Listener } from "../../gateway/listener.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import type { JudgeKey } from "../../gateway/management/refusals.ts";
import { GatewayMetrics } from "../../gateway/metrics.ts";
import type { Mount } from "../../gateway/mounts.ts";
import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import type { AppModel, WebSocketApi } from "../../model/app-model.ts";
import { localWebsiteHost } from "../../model/bucket-hosts.ts";
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
import type { LocalAddress } from "./local-urls.ts";
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
  /** What functions may do with @connections; absent: everything. */
  readonly judge?: JudgeKey;
  /** Answers calls of AWS's services, and tells whether a request was one. */
  readonly services?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Aborted once the sockets are closed, so that requests that wait for something to come are answered. */
  readonly closing?: AbortController;
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
  readonly stage: string;
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
    await this.prepare(model);
    const doors = this.#assignDoors(model);
    await this.#access.define(model);
    const wanted = new Map(model.webSocketApis.map((api) => [api.name, api]));
    for (const [name, { path }] of this.#apis) {
      const next = wanted.get(name);
      // Mounted elsewhere it is another API, as far as its clients are concerned.
      if (next === undefined || this.#place(next).path !== path) await this.#removeApi(name);
    }
    for (const api of wanted.values()) {
      const existing = this.#apis.get(api.name);
      if (existing === undefined) this.#addApi(api, model, doors.get(api.name));
      else existing.gateway.deploy(api);
    }
    const httpApis = [...new Set(model.httpRoutes.flatMap(({ aws }) => aws?.apiId ?? []))];
    for (const door of this.#doors) door.listener.setMounts(this.#mountsOf(door), httpApis);
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

  /** Where a model's APIs and web sites will be, once it is deployed; it is prepared. */
  addresses(model: AppModel): readonly LocalAddress[] {
    const doors = this.#assignDoors(model);
    const authority = this.#doors[0]?.authority ?? "";
    return [
      ...model.httpRoutes.flatMap(({ aws }) => (aws === undefined ? [] : [{ apiId: aws.apiId, authority }])),
      ...model.webSocketApis.map(({ name }) => ({
        apiId: apiId(model.app.name, name),
        authority: doors.get(name)?.authority ?? authority,
      })),
      ...model.buckets.flatMap(({ name, website }) => {
        const port = this.#doors[0]?.listener.port;
        return website && port !== undefined
          ? [{ bucket: name, authority: `${localWebsiteHost(name)}:${port}` }]
          : [];
      }),
    ];
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
    this.#options.closing?.abort();
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
      http: (request, response) => {
        if (this.#site === undefined) respondJson(response, 503, "Service Unavailable");
        else this.#site.handle(request, response);
      },
      management: this.#management.handler(() => opened.door),
      ...(this.#options.services && { services: this.#options.services }),
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

  #addApi(api: WebSocketApi, model: AppModel, door: Door | undefined): void {
    if (door === undefined) throw new Error(`No port was opened for the API ${api.name}`);
    const id = apiId(model.app.name, api.name);
    const gateway = createGateway({
      ...this.#options,
      stage: this.#stageOf(api),
      access: this.#access.options,
      ...(this.#metrics && { observer: this.#metrics }),
      api,
      apiId: id,
      domainName: door.authority,
      node: 0,
    });
    this.#apis.set(api.name, { gateway, apiId: id, door, stage: this.#stageOf(api), ...this.#place(api) });
  }

  async #removeApi(name: string): Promise<void> {
    const api = this.#apis.get(name);
    this.#apis.delete(name);
    await api?.gateway.stop();
  }

  /**
   * An API with a path is behind the first door. One of the stage stays behind its own; a new one takes the first door
   * that no other such API has.
   */
  #assignDoors(model: AppModel): ReadonlyMap<string, Door> {
    const assigned = new Map<string, Door>();
    const staged = model.webSocketApis.filter((api) => api.path === undefined);
    for (const api of staged) {
      const existing = this.#apis.get(api.name);
      if (existing?.path === this.#place(api).path) assigned.set(api.name, existing.door);
    }
    const taken = new Set(assigned.values());
    for (const { name } of staged) {
      const free = assigned.has(name) ? undefined : this.#doors.find((door) => !taken.has(door));
      if (free === undefined) continue;
      taken.add(free);
      assigned.set(name, free);
    }
    const [first] = this.#doors;
    for (const { name, path } of model.webSocketApis)
      if (path !== undefined && first !== undefined) assigned.set(name, first);
    return assigned;
  }

  #mountsOf(door: Door): Mount[] {
    return [...this.#apis.values()].flatMap((api) => {
      const { gateway, kind, path, stage } = api;
      const onAws: Mount = { gateway, kind: "host", path: `/${stage}`, apiId: api.apiId };
      return api.door === door ? [{ gateway, kind, path }, onAws] : [onAws];
    });
  }

  /** Where an API is mounted: as a stage, like on AWS, or exactly where it says. */
  #place(api: WebSocketApi): Pick<Mount, "kind" | "path"> {
    return api.path === undefined
      ? { kind: "stage", path: `/${this.#stageOf(api)}` }
      : { kind: "path", path: api.path };
  }

  #stageOf({ stage = this.#options.stage }: WebSocketApi): string {
    return stage;
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
