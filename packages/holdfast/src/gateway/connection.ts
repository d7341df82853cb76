import type { Clock } from "../base/clock.ts";
import type { ConnectionFacts } from "../model/gateway-event.ts";
import type { ConnectionDescription } from "../ports/connections.ts";
import type { GatewayObserver } from "../ports/gateway-observer.ts";
import type { ClientMessage, ConnectionPort, GatewaySocket } from "./gateway.ts";
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
  /** How it is to be closed once its messages are answered. */
  #leaving: { readonly code: number; readonly reason: string } | undefined;

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
    this.#take(text);
  }

  /** API Gateway takes no binary frames (captured). Taking them is Holdfast's extension. */
  binary(data: Buffer): void {
    if (this.#host.takesBinary) this.#take(data);
    else this.violation(1003, "it sent a binary message");
  }

  #take(message: ClientMessage): void {
    // Between our close frame and the client's, messages may still come: the connection is gone for the app.
    if (this.#ended || this.#leaving !== undefined) return;
    this.#lastActiveAt = this.#host.clock.now();
    this.#host.observer?.received?.(this.facts, Buffer.byteLength(message));
    this.#inbox.push(message);
  }

  /** Whether a ping keeps a connection from being idle on API Gateway is not known; here it does. */
  ping(): void {
    this.#lastPingAt = this.#host.clock.now();
  }

  violation(code: number, detail: string): void {
    if (this.#ended) return;
    const { reason, hint } = violations.get(code) ?? { reason: "", hint: "" };
    this.#host.violated(this, code, detail, hint);
    this.close(code, reason);
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

  didNotRead(): void {
    if (!this.#ended) this.#host.observer?.slowConsumer?.(this.facts);
    this.gone();
  }

  /**
   * Closes once its messages are answered. What comes meanwhile is as if it came behind our close frame, which is about
   * to follow.
   */
  leave(code: number, reason: string): void {
    this.#leaving = { code, reason };
    if (!this.#inbox.isBusy) this.close(code, reason);
  }

  /** None of its messages is to be answered any more. */
  idle(): void {
    if (this.#leaving !== undefined) this.close(this.#leaving.code, this.#leaving.reason);
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
    this.#host.observer?.sent?.(this.facts, frame.length);
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

  route(message: ClientMessage): GatewayRoute | undefined {
    return this.#host.route(this, message);
  }

  start(route: GatewayRoute, message: ClientMessage): void {
    this.#host.start(this, route, message);
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

/** The codes are RFC 6455's. Of API Gateway's reasons only that of 1003 is known (captured). */
const violations: ReadonlyMap<number, { readonly reason: string; readonly hint: string }> = new Map([
  [
    1002,
    {
      reason: "Protocol error",
      hint: "The client, or something on the way to it, sends frames that RFC 6455 does not allow.",
    },
  ],
  [
    1003,
    {
      reason: "Binary is not supported",
      hint: 'Send text, or give the API binary: "allow"; on API Gateway there is text only.',
    },
  ],
  [
    1007,
    { reason: "Invalid UTF-8", hint: "Text is UTF-8; other bytes go as base64, or in a binary message." },
  ],
  [1008, { reason: "Too many fragments", hint: "Send the message in fewer and larger frames." }],
  [
    1009,
    {
      reason: "Message too big",
      hint: "Send less at a time, or raise limits.messageBytes and limits.frameBytes; on API Gateway they are fixed.",
    },
  ],
]);

/** What a connection needs of its gateway. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly slots: Slots;
  readonly messagesInFlightPerConnection: number;
  readonly takesBinary: boolean;
  readonly observer: GatewayObserver | undefined;
  route(connection: Connection, message: ClientMessage): GatewayRoute | undefined;
  start(connection: Connection, route: GatewayRoute, message: ClientMessage): void;
  violated(connection: Connection, code: number, detail: string, hint: string): void;
  /** Called once. */
  ended(connection: Connection, code: number, reason: string): void;
}
