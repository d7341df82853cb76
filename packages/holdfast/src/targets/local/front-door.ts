import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { answerForConnections } from "../../gateway/cluster/answer-for-connections.ts";
import { ClusterConnections } from "../../gateway/cluster/cluster-connections.ts";
import { createGateway } from "../../gateway/engine.ts";
import type { DrainChoice, Gateway, GatewayLoad } from "../../gateway/gateway.ts";
import { createHealthPage, type Readiness } from "../../gateway/health-page.ts";
import { respondJson, type HttpHandler } from "../../gateway/http-answer.ts";
import { startListener, type Listener, type ListenerSettings } from "../../gateway/listener.ts";
import type { SignatureAccess } from "../../gateway/iam/authenticate.ts";
import type { JudgeKey } from "../../gateway/management/refusals.ts";
import type { Mount } from "../../gateway/mounts.ts";
import type { CertificateSource } from "../../gateway/tls/certificate-source.ts";
import type { AppModel, WebSocketApi } from "../../model/app-model.ts";
import { localWebsiteHost } from "../../model/bucket-hosts.ts";
import { defaultPort } from "../../model/defaults.ts";
import type { ConnectionFacts } from "../../model/gateway-event.ts";
import { apiId } from "../../model/names.ts";
import type { Backplane } from "../../ports/backplane.ts";
import type { Connections } from "../../ports/connections.ts";
import type { Rooms } from "../../ports/rooms.ts";
import type { ServiceActions } from "../../ports/service-actions.ts";
import type { ConnectionRecords } from "../../ports/connection-records.ts";
import type { Invoker } from "../../ports/invoker.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { createLocalAccess, type LocalAccess } from "./access.ts";
import { regionOf } from "./aws-environment.ts";
import { Grace } from "./grace.ts";
import { LocalManagement } from "./management.ts";
import type { LocalAddress } from "./local-urls.ts";
import { routedIfTaken, type LocalMetrics } from "./metrics.ts";
import { HandshakeHold } from "./handshake-hold.ts";
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
  /** Limits, proxies, origins and ports already open; absent: as on a laptop. */
  readonly listener?: ListenerSettings;
  /** The longest body of an HTTP request, and of a call of @connections where messages may not be that long either. */
  readonly bodyBytes?: number;
  /** Names that requests may ask for, beside this machine's own and those of AWS; absent: any. */
  readonly hostNames?: readonly string[];
  /** Where clients reach the app, instead of where it listens. */
  readonly publicUrl?: string;
  /** Whether `/health/live` and `/health/ready` answer, before the app's own routes. */
  readonly health?: boolean;
  /** To the app's other processes, whose connections are reached as its own are. Absent: there are none. */
  readonly backplane?: Backplane;
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
  /** For all that still runs at the end. */
  readonly grace?: Grace;
  /** What counts; nothing does when absent. */
  readonly meters?: LocalMetrics;
  /** Access lines of every API, by this format where it has none of its own, and of HTTP requests. */
  readonly accessLogFormat?: string;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  readonly clock: Clock;
  readonly log: Log;
}

interface Api {
  readonly gateway: Gateway;
  /** Its connections, wherever they are. */
  readonly connections: Connections & Rooms;
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
  readonly #access: LocalAccess;
  readonly #hold: HandshakeHold;
  readonly #http: HttpHandler;
  readonly #grace: Grace;
  #site: Site | undefined;
  #readiness: Readiness = "starting";
  /** Since a drain began. */

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#grace = options.grace ?? new Grace(options.clock);
    this.#access = createLocalAccess(options);
    this.#hold = new HandshakeHold(options.clock);
    if (options.backplane) answerForConnections(options.backplane, (api) => this.#apis.get(api)?.gateway);
    this.#management = new LocalManagement({ ...options, region: regionOf(options.environment) });
    const http: HttpHandler = (request, response) => {
      if (this.#site === undefined) respondJson(response, 503, "Service Unavailable");
      else this.#site.handle(request, response);
    };
    this.#http = options.health === true ? createHealthPage(() => this.#readiness, http) : http;
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
      model,
      domainName: this.#shownAuthority(this.#doors[0]),
      websockets: () =>
        [...this.#apis].map(([name, { path, door }]) => ({ name, path, port: door.listener.port })),
    });
    for (const { listener } of this.#doors) await listener.begin();
    if (this.#readiness === "starting") this.#readiness = "ready";
  }

  websockets(): { name: string; url: string }[] {
    return [...this.#apis].map(([name, api]) => ({ name, url: this.#urlOf(api) }));
  }

  /** The host and port of the first door, where every API answers to its name on AWS. */
  authority(): string | undefined {
    return this.#doors[0]?.authority;
  }

  /** What its APIs have at this moment. */
  loads(): readonly (GatewayLoad & { readonly api: string; readonly stage: string })[] {
    return [...this.#apis].map(([api, { gateway, stage }]) => ({ api, stage, ...gateway.load() }));
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
    const { publicUrl } = this.#options;
    return publicUrl === undefined ? `http://${this.#doors[0]?.authority}/` : new URL(publicUrl).href;
  }

  websocket(name: string): { readonly connections: Connections & Rooms; readonly url: string } | undefined {
    const api = this.#apis.get(name);
    return api && { connections: api.connections, url: this.#urlOf(api) };
  }

  /** The path that a static site's file is served under. Rejects as `StaticFiles.url` does. */
  async staticUrl(sitePath: string, file: string): Promise<string> {
    if (this.#site === undefined)
      throw new HoldfastError("RESOURCE_OUTSIDE_HANDLER", `static:${sitePath} was used before the app ran`);
    return this.#site.files.url(sitePath, file);
  }

  /** New handshakes wait until `runGhosts` has ended what an unclean stop left. */
  holdHandshakes(): void {
    this.#hold.begin();
  }

  /** Ends connections that an unclean stop left. New handshakes wait for their handlers, but not for long. */
  runGhosts(ghosts: readonly ConnectionFacts[]): void {
    const byApi = Map.groupBy(ghosts, (ghost) => ghost.apiName);
    const ending = [...byApi].map(async ([name, records]) => {
      const api = this.#apis.get(name);
      if (api !== undefined) await api.gateway.runGhosts(records);
      else for (const { connectionId } of records) this.#options.records.closed(connectionId);
    });
    this.#hold.releaseAfter(Promise.all(ending));
  }

  /**
   * Sends clients away: unready and refusing at once, closing over a time; HTTP routes go on. Resolves when nothing runs
   * for the sockets any more and every request is answered, or after `graceMs`, whose rest is given up.
   */
  async drain(choice: DrainChoice, graceMs: number): Promise<void> {
    const { clock, closing } = this.#options;
    const grace = this.#grace;
    grace.begin(graceMs);
    // Where another process takes over on these ports, nobody is to stay away.
    if (choice.takesLate !== true) {
      this.#readiness = "draining";
      for (const { listener } of this.#doors) listener.refuseNew();
    }
    const gateways = Array.from(this.#apis.values(), ({ gateway }) => gateway);
    await Promise.all(gateways.map((gateway) => gateway.drain(choice)));
    await Promise.all(gateways.map((gateway) => gateway.stop(grace.leftMs())));
    closing?.abort();
    const { promise: graceOver, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(grace.leftMs() ?? 0, resolve);
    await Promise.race([Promise.all(this.#doors.map(({ listener }) => listener.idle())), graceOver]);
    timer.cancel();
  }

  /** Accepts nobody any more. Who is here stays. */
  closePorts(): void {
    for (const { listener } of this.#doors) listener.closePort();
  }

  async close(): Promise<void> {
    // Connections first: their $disconnect handlers may still ask for everything.
    const gateways = Array.from(this.#apis.values(), ({ gateway }) => gateway);
    await Promise.all(gateways.map((gateway) => gateway.stop(this.#grace.leftMs())));
    this.#options.closing?.abort();
    await Promise.all(this.#doors.map(({ listener }) => listener.close(this.#grace.leftMs())));
  }

  async #openDoor(model: AppModel): Promise<Door> {
    const { host, hostNames, services, meters, clock, log } = this.#options;
    const { port = model.app.port ?? defaultPort } = this.#options;
    // A request may come before there is a door; then it is none of an API's.
    const opened: { door?: Door } = {};
    const listener = await startListener({
      host,
      port: port === 0 ? 0 : port + this.#doors.length,
      mounts: [],
      http: this.#http,
      management: routedIfTaken(
        meters,
        "@connections",
        this.#management.handler(() => opened.door),
      ),
      ...(services && { services: routedIfTaken(meters, "aws", services) }),
      ...(meters && { observer: meters.metrics.http }),
      certificates: this.#options.certificates,
      ...(hostNames && { hosts: { names: new Set([host.toLowerCase(), ...hostNames]) } }),
      ...this.#options.listener,
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
    const stage = this.#stageOf(api);
    const { backplane } = this.#options;
    const observer = this.#options.meters?.metrics.gateways.observe({ name: api.name, apiId: id, stage });
    const gateway = createGateway({
      ...this.#options,
      stage,
      access: this.#access.options,
      ...(observer && { observer }),
      api,
      apiId: id,
      domainName: this.#shownAuthority(door),
      node: backplane?.node ?? 0,
    });
    const connections =
      backplane === undefined
        ? gateway
        : new ClusterConnections({ api: api.name, local: gateway, backplane });
    this.#apis.set(api.name, { gateway, connections, apiId: id, door, stage, ...this.#place(api) });
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
      const { kind, path, stage } = api;
      const gateway = this.#hold.guard(api.gateway);
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

  #urlOf({ door, path }: Api): string {
    const { publicUrl } = this.#options;
    const scheme = publicUrl?.startsWith("https:") === true ? "wss" : "ws";
    return `${scheme}://${this.#shownAuthority(door)}${path}`;
  }

  /** What clients know a door by. A public URL is that of the first; each further one is told by its port. */
  #shownAuthority(door: Door | undefined): string {
    const { publicUrl } = this.#options;
    if (publicUrl === undefined) return door?.authority ?? "";
    const { host, hostname } = new URL(publicUrl);
    return door === undefined || door === this.#doors[0] ? host : `${hostname}:${door.listener.port}`;
  }

  #stageOf({ stage = this.#options.stage }: WebSocketApi): string {
    return stage;
  }
}

/** The name that URLs show: `localhost` for loopback and for every address, since that is what people type. */
function displayHost(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
