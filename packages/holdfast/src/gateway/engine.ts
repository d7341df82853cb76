import type { Clock } from "../base/clock.ts";
import { GoneError, HoldfastError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { WebSocketApi } from "../model/app-model.ts";
import type { ConnectionFacts } from "../model/gateway-event.ts";
import type { ConnectionRecords } from "../ports/connection-records.ts";
import type { CloseChoice, ConnectionDescription } from "../ports/connections.ts";
import type { GatewayObserver } from "../ports/gateway-observer.ts";
import type { Invoker } from "../ports/invoker.ts";
import type { SendOptions } from "../ports/rooms.ts";
import type { ServiceActions } from "../ports/service-actions.ts";
import type { Tracer } from "../ports/tracer.ts";
import { createAccessLog } from "./access-log.ts";
import { compileAccess, type ApiAccess } from "./access/api-access.ts";
import type { AccessOptions } from "./access/connect-access.ts";
import { checkCloseChoice } from "./close-choice.ts";
import { closeOverTime } from "./close-over-time.ts";
import { ConnectFlow, stageFacts } from "./connect-flow.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { ConnectionSweep } from "./connection-sweep.ts";
import { Deadline, DeadlineList } from "./deadline-list.ts";
import { Disconnects } from "./disconnects.ts";
import { encodeTextFrame } from "./frame.ts";
import type {
  ClientMessage,
  ConnectionPort,
  DrainChoice,
  Gateway,
  GatewayLoad,
  GatewaySocket,
  Handshake,
  HandshakeAnswer,
} from "./gateway.ts";
import type { DeployedApi, GatewayContext } from "./gateway-context.ts";
import { IdSource, parseConnectionId, type RandomBytes } from "./ids.ts";
import { HttpExchange } from "./integrations/http-exchange.ts";
import type { IntegrationSurroundings } from "./integrations/integration.ts";
import { InvocationRunner } from "./invocation-runner.ts";
import { MessageFlow } from "./message-flow.ts";
import { joinObservers } from "./observer.ts";
import { OpenWork } from "./open-work.ts";
import { compileRoutes, type GatewayRoute } from "./route-table.ts";
import { RoomTable } from "./room-table.ts";
import { Slots } from "./slots.ts";

export interface GatewayOptions {
  readonly api: WebSocketApi;
  readonly apiId: string;
  readonly stage: string;
  /** What events call `domainName`: a configured name with its port. */
  readonly domainName: string;
  /** 0 to 65535; connection ids carry it. */
  readonly node: number;
  readonly invoker: Invoker;
  /** What clients are checked against, where the API asks for it. */
  readonly access?: AccessOptions;
  /** For integrations with AWS's services; without it they fail. */
  readonly serviceActions?: ServiceActions;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the access log of an API that has no format of its own; absent: such an API has none. */
  readonly accessLogFormat?: string;
  /** Hears what the gateway does, beside the API's access log. */
  readonly observer?: GatewayObserver;
  readonly records?: ConnectionRecords;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer;
  readonly randomBytes?: RandomBytes;
  readonly bounds?: Partial<GatewayBounds>;
}

/** What the gateway takes on at a time. Above it sockets are not read, so that clients wait rather than queues grow. */
export interface GatewayBounds {
  readonly messagesInFlightPerConnection: number;
  readonly messagesInFlightPerGateway: number;
  /** More `$disconnect`s wait; none is left out. */
  readonly disconnectsInFlight: number;
  /** How long `$disconnect` waits until the functions have been handed all messages that came before. */
  readonly disconnectDelayMs: number;
}

export const defaultGatewayBounds: GatewayBounds = {
  messagesInFlightPerConnection: 256,
  messagesInFlightPerGateway: 4096,
  disconnectsInFlight: 256,
  disconnectDelayMs: 29_000,
};

const nothingSent = { text: "", frame: encodeTextFrame("") };

const defaultStopGraceMs = 10_000;

/** Throws what `Gateway.deploy` throws. */
export function createGateway(options: GatewayOptions): Gateway {
  return new Engine(options);
}

class Engine implements Gateway, ConnectionHost {
  readonly clock: Clock;
  readonly slots: Slots;
  readonly messagesInFlightPerConnection: number;
  readonly #options: GatewayOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #rooms = new RoomTable<Connection>();
  readonly #work = new OpenWork();
  readonly #connects: ConnectFlow;
  readonly #messages: MessageFlow;
  readonly #disconnects: Disconnects;
  readonly #disconnectDelays: DeadlineList;
  readonly #sweep: ConnectionSweep;
  readonly #integrations: IntegrationSurroundings;
  #deployed: DeployedApi;
  #draining = false;
  #stopping = false;
  #lastSent = nothingSent;

  constructor(options: GatewayOptions) {
    const { api, clock, log } = options;
    const bounds = { ...defaultGatewayBounds, ...options.bounds };
    this.#options = options;
    const ids = new IdSource(options.node, options.randomBytes);
    const http = new HttpExchange();
    this.#integrations = { ...options, http, traceId: (nowMs) => ids.traceId(nowMs) };
    this.#deployed = this.#compile(api);
    this.clock = clock;
    this.slots = new Slots(bounds.messagesInFlightPerGateway);
    this.messagesInFlightPerConnection = bounds.messagesInFlightPerConnection;
    const context: GatewayContext = {
      runner: new InvocationRunner(options.invoker, clock, log),
      ids,
      clock,
      log,
      work: this.#work,
      tracer: options.tracer,
      deployed: () => this.#deployed,
    };
    this.#connects = new ConnectFlow(context, {
      ...options,
      stopping: () => this.#stopping || this.#draining,
      attach: (facts, socket) => this.#attach(facts, socket),
      abandon: (facts) => this.#disconnect(facts, 1006, ""),
    });
    this.#messages = new MessageFlow(context);
    this.#disconnects = new Disconnects(context, bounds.disconnectsInFlight);
    this.#disconnectDelays = new DeadlineList(clock, bounds.disconnectDelayMs);
    this.#sweep = new ConnectionSweep(this.#connections, api.limits, clock, log);
  }

  deploy(api: WebSocketApi): void {
    const before = this.#deployed.api;
    this.#deployed = this.#compile(api, this.#deployed.access);
    this.#lastSent = nothingSent;
    this.#sweep.setLimits(api.limits);
    if (JSON.stringify(api.stageVariables) === JSON.stringify(before.stageVariables)) return;
    for (const connection of this.#connections.values()) {
      const { stageVariables: _, ...facts } = connection.facts;
      connection.facts = { ...facts, ...stageFacts(api) };
    }
  }

  get observer(): GatewayObserver | undefined {
    return this.#deployed.observer;
  }

  get takesBinary(): boolean {
    return this.#deployed.api.binary === "allow";
  }

  load(): GatewayLoad {
    const connections = this.#connections.size;
    let messagesWaiting = 0;
    for (const { inbox } of this.#connections.values()) messagesWaiting += inbox.waiting;
    return { connections, rooms: this.#rooms.size, messagesRunning: this.slots.taken, messagesWaiting };
  }

  stateOf(connectionId: string): "connecting" | "open" | "gone" {
    if (this.#connections.has(connectionId)) return "open";
    return this.#connects.isConnecting(connectionId) ? "connecting" : "gone";
  }

  open(handshake: Handshake): Promise<HandshakeAnswer> {
    return this.#connects.run(handshake);
  }

  async send(connectionId: string, data: string): Promise<void> {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) parseConnectionId(connectionId);
    const frame = this.#encode(data);
    if (connection === undefined) throw this.#gone(connectionId);
    connection.send(frame);
    // The frame may have been one too many for a client that does not read.
    if (connection.ended) throw new GoneError(connectionId);
  }

  async close(connectionId: string, choice?: CloseChoice): Promise<void> {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) parseConnectionId(connectionId);
    const { code, reason } = checkCloseChoice(choice);
    if (connection === undefined) throw this.#gone(connectionId);
    connection.close(code, reason);
  }

  async describe(connectionId: string): Promise<ConnectionDescription> {
    return this.#find(connectionId).describe();
  }

  async join(room: string, connectionId: string): Promise<void> {
    this.#rooms.join(room, this.#find(connectionId));
  }

  async leave(room: string, connectionId: string): Promise<void> {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) parseConnectionId(connectionId);
    else this.#rooms.leave(room, connection);
  }

  async members(room: string): Promise<readonly string[]> {
    return Array.from(this.#rooms.membersOf(room), ({ facts }) => facts.connectionId);
  }

  async sendToRoom(room: string, data: string, options?: SendOptions): Promise<number> {
    return this.#sendToAll(this.#rooms.membersOf(room), data, options);
  }

  async broadcast(data: string, options?: SendOptions): Promise<number> {
    return this.#sendToAll(this.#connections.values(), data, options);
  }

  async runGhosts(records: readonly ConnectionFacts[]): Promise<void> {
    const ghosts = records.filter(({ connectionId }) => !this.#connections.has(connectionId));
    if (ghosts.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = ghosts.length;
    for (const ghost of ghosts)
      this.#disconnect(ghost, 1006, "", () => {
        left -= 1;
        if (left === 0) resolve();
      });
    await promise;
  }

  drain(choice: DrainChoice): Promise<void> {
    this.#draining = choice.takesLate !== true;
    return closeOverTime(this.#connections, choice, this.clock);
  }

  async stop(graceMs = defaultStopGraceMs): Promise<void> {
    this.#stopping = true;
    this.#sweep.stop();
    for (const connection of this.#connections.values()) connection.goingAway();
    const done = await this.#work.whenDone(this.clock, graceMs);
    this.#integrations.http.close();
    if (done) return;
    // The records of those that are killed now stay, so that the next start runs them.
    this.#disconnects.giveUp();
    const { count } = this.#work;
    this.#options.log("warn", "gateway.stop-timeout", {
      message: `${count} functions still worked for the gateway ${graceMs} ms after it was told to stop`,
    });
  }

  route(connection: Connection, message: ClientMessage): GatewayRoute | undefined {
    return this.#messages.route(connection, message);
  }

  start(connection: Connection, route: GatewayRoute, message: ClientMessage): void {
    this.#messages.start(connection, route, message);
  }

  violated(connection: Connection, code: number, detail: string, hint: string): void {
    const { connectionId } = connection.facts;
    this.#options.log("warn", "gateway.client-fault", {
      message: `Connection ${connectionId} is closed with ${code}: ${detail}`,
      hint,
      connectionId,
    });
  }

  ended(connection: Connection, code: number, reason: string): void {
    const { facts, inbox } = connection;
    this.#connections.delete(facts.connectionId);
    this.#rooms.leaveAll(connection);
    this.observer?.closed?.(facts, code);
    const patience = new Deadline(() => {
      const dropped = inbox.dropWaiting();
      if (dropped === 0) return;
      this.#options.log("error", "gateway.messages-dropped", {
        message: `Connection ${facts.connectionId} ended, and ${dropped} of its messages waited too long for their turn`,
        connectionId: facts.connectionId,
      });
    });
    this.#work.begin();
    this.#disconnectDelays.add(patience);
    // A function that keeps a connection's state must not meet one of its messages after its end. On ordered routes the
    // end of the connection is one more in the order.
    inbox.whenQuiet(() => {
      this.#disconnectDelays.delete(patience);
      this.#disconnect(connection.facts, code, reason);
      this.#work.end();
    });
  }

  #attach(facts: ConnectionFacts, socket: GatewaySocket): ConnectionPort {
    const connection = new Connection(this, facts, socket);
    this.#connections.set(facts.connectionId, connection);
    this.observer?.opened?.(facts);
    this.#sweep.wake();
    this.#messages.opened(connection);
    if (this.#stopping) connection.goingAway();
    return connection;
  }

  #disconnect(facts: ConnectionFacts, statusCode: number, reason: string, onDone?: () => void): void {
    this.#work.begin();
    this.#disconnects.run({
      connection: facts,
      statusCode,
      reason,
      onDone: () => {
        this.#options.records?.closed(facts.connectionId);
        this.#options.invoker.forget(facts.connectionId);
        this.#work.end();
        onDone?.();
      },
    });
  }

  /** Throws `GoneError` or `CONNECTION_ID_INVALID`. */
  #find(connectionId: string): Connection {
    const connection = this.#connections.get(connectionId);
    if (connection !== undefined) return connection;
    parseConnectionId(connectionId);
    throw this.#gone(connectionId);
  }

  #gone(connectionId: string): GoneError {
    if (!this.#connects.isConnecting(connectionId)) return new GoneError(connectionId);
    return new GoneError(connectionId, {
      hint: "Its $connect still runs, and before that has returned nothing can be sent: send in an open handler, or on its first message.",
    });
  }

  #compile(api: WebSocketApi, before?: ApiAccess): DeployedApi {
    const { clock, log, observer } = this.#options;
    const format = api.accessLogFormat ?? this.#options.accessLogFormat;
    const maximumFormatBytes = api.limits.accessLogFormatBytes;
    const accessLog =
      format === undefined ? undefined : createAccessLog({ api: api.name, format, maximumFormatBytes, log });
    return {
      api,
      routes: compileRoutes(api, this.#integrations),
      access: compileAccess(api, before, clock.now()),
      observer: joinObservers([observer, accessLog]),
    };
  }

  /** The frame is built once. A slow consumer among them is given up, and does not count. */
  #sendToAll(connections: Iterable<Connection>, data: string, { except = [] }: SendOptions = {}): number {
    const frame = this.#encode(data);
    const excluded = new Set(except);
    let count = 0;
    for (const connection of connections) {
      if (excluded.has(connection.facts.connectionId)) continue;
      connection.send(frame);
      if (!connection.ended) count += 1;
    }
    return count;
  }

  /** A broadcast sends one text many times: all its sends share one frame. */
  #encode(text: string): Buffer {
    if (text === this.#lastSent.text) return this.#lastSent.frame;
    const { messageBytes } = this.#deployed.api.limits;
    // No text has more bytes than three a unit: the long ones only are counted.
    if (text.length * 3 > messageBytes && Buffer.byteLength(text) > messageBytes)
      throw new HoldfastError(
        "PAYLOAD_TOO_LARGE",
        `A message of ${Buffer.byteLength(text)} bytes is more than the ${messageBytes} allowed`,
      );
    this.#lastSent = { text, frame: encodeTextFrame(text) };
    return this.#lastSent.frame;
  }
}
