import type { Clock } from "../base/clock.ts";
import type { ConnectionFacts } from "../model/gateway-event.ts";
import type { ConnectionDescription } from "../ports/connections.ts";
import type { ConnectionPort, GatewaySocket } from "./gateway.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import type { GatewayRoute } from "./route-table.ts";
import type { Slots } from "./slots.ts";

/** An open connection. It ends once, for the first cause that comes; `$disconnect` tells that cause. */
export class Connection implements ConnectionPort, InboxOwner {
  /** Replaced as a whole when a deployment changes the stage's variables. */
  facts: ConnectionFacts;
  readonly #host: ConnectionHost;
  readonly #socket: GatewaySocket;
  readonly #inbox: Inbox;
  #lastActiveAt: number;
  #lastPingAt = 0;
  #ended = false;

  constructor(host: ConnectionHost, facts: ConnectionFacts, socket: GatewaySocket) {
    this.#host = host;
    this.facts = facts;
    this.#socket = socket;
    this.#inbox = new Inbox(this, host.slots, host.messagesInFlightPerConnection);
    this.#lastActiveAt = facts.connectedAt;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get inbox(): Inbox {
    return this.#inbox;
  }

  message(text: string): void {
    // Between our close frame and the client's, messages may still come: the connection is gone for the app.
    if (this.#ended) return;
    this.#lastActiveAt = this.#host.clock.now();
    this.#inbox.push(text);
  }

  /** API Gateway takes no binary frames (captured). */
  binary(): void {
    this.close(1003, "Binary is not supported");
  }

  /** Whether a ping keeps a connection from being idle on API Gateway is not known; here it does. */
  ping(): void {
    this.#lastPingAt = this.#host.clock.now();
  }

  /** The codes are RFC 6455's; API Gateway's reasons are not known. */
  violation(code: number, detail: string): void {
    if (this.#ended) return;
    this.#host.violated(this, code, detail);
    this.close(code, violationReasons.get(code) ?? "");
  }

  /** The client's code and reason go back to it as they came (API Gateway, captured). */
  closeFrame(code: number | undefined, reason: string): void {
    if (this.#ended) return;
    this.#socket.close(code, reason);
    if (code === undefined) this.#end(1005, "Client-side close frame status not set");
    else this.#end(code, reason);
  }

  goingAway(): void {
    this.close(1001, "Going away");
  }

  gone(): void {
    this.#end(1006, "");
  }

  /** Does nothing on a connection that has ended. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#socket.close(code, reason);
    this.#end(code, reason);
  }

  send(frame: Buffer): void {
    if (this.#ended) return;
    this.#lastActiveAt = this.#host.clock.now();
    this.#socket.send(frame);
  }

  /** Since when nothing has come or gone; milliseconds since 1970. */
  get quietSince(): number {
    return Math.max(this.#lastActiveAt, this.#lastPingAt);
  }

  describe(): ConnectionDescription {
    const { connectionId, connectedAt, sourceIp, userAgent, attributes } = this.facts;
    return {
      connectionId,
      connectedAt,
      lastActiveAt: this.#lastActiveAt,
      sourceIp,
      ...(userAgent !== undefined && { userAgent }),
      ...(attributes !== undefined && { attributes }),
    };
  }

  route(text: string): GatewayRoute | undefined {
    return this.#host.route(this, text);
  }

  start(route: GatewayRoute, text: string): void {
    this.#host.start(this, route, text);
  }

  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.ended(this, code, reason);
  }
}

const violationReasons: ReadonlyMap<number, string> = new Map([
  [1002, "Protocol error"],
  [1007, "Invalid UTF-8"],
  [1008, "Too many fragments"],
  [1009, "Message too big"],
]);

/** What a connection needs of its gateway. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly slots: Slots;
  readonly messagesInFlightPerConnection: number;
  route(connection: Connection, text: string): GatewayRoute | undefined;
  start(connection: Connection, route: GatewayRoute, text: string): void;
  violated(connection: Connection, code: number, detail: string): void;
  /** Called once. */
  ended(connection: Connection, code: number, reason: string): void;
}
