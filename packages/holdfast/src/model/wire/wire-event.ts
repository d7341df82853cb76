import type { ConnectionFacts, InvocationEvent, MessageEvent } from "../gateway-event.ts";
import type { TraceContext } from "../trace-context.ts";

/**
 * An event between processes. Messages, of which there are many a connection, give the connection by number; the
 * others travel as they are.
 */
export type WireEvent = WireMessageEvent | Exclude<InvocationEvent, MessageEvent>;

export type WireMessageEvent = readonly [
  connection: number,
  routeKey: string,
  requestId: string,
  requestTimeMs: number,
  messageId: string,
  body: string,
  isBase64Encoded: 0 | 1,
  trace?: TraceContext,
];

/** Connections a function process knows by number. Beyond them the one told of first is told anew when it is used. */
const maximumConnections = 65_536;

/** Facts that later events give by number only, and the end of that. */
export type ConnectionMessage =
  | readonly ["connection", reference: number, facts: ConnectionFacts]
  | readonly ["forget", reference: number];

/** The sending side: says a connection's facts before its number is used. */
export class WireEventWriter {
  readonly #send: (message: ConnectionMessage) => void;
  readonly #maximum: number;
  readonly #known = new Map<string, { readonly reference: number; readonly facts: ConnectionFacts }>();
  #lastReference = 0;

  constructor(send: (message: ConnectionMessage) => void, maximum = maximumConnections) {
    this.#send = send;
    this.#maximum = maximum;
  }

  write(event: InvocationEvent): WireEvent {
    if (event.kind !== "message") return event;
    const { routeKey, requestId, requestTimeMs, messageId, body, isBase64Encoded, trace } = event;
    const reference = this.#refer(event.connection);
    const flag = isBase64Encoded ? 1 : 0;
    return trace === undefined
      ? [reference, routeKey, requestId, requestTimeMs, messageId, body, flag]
      : [reference, routeKey, requestId, requestTimeMs, messageId, body, flag, trace];
  }

  forget(connectionId: string): void {
    const known = this.#known.get(connectionId);
    if (known === undefined) return;
    this.#known.delete(connectionId);
    this.#send(["forget", known.reference]);
  }

  #refer(facts: ConnectionFacts): number {
    const known = this.#known.get(facts.connectionId);
    if (known?.facts === facts) return known.reference;
    if (known === undefined && this.#known.size >= this.#maximum) this.#forgetOldest();
    const reference = known?.reference ?? (this.#lastReference += 1);
    this.#send(["connection", reference, facts]);
    this.#known.set(facts.connectionId, { reference, facts });
    return reference;
  }

  #forgetOldest(): void {
    for (const connectionId of this.#known.keys()) {
      this.forget(connectionId);
      return;
    }
  }
}

/** The receiving side. */
export class WireEventReader {
  readonly #known = new Map<number, ConnectionFacts>();

  learn(reference: number, facts: ConnectionFacts): void {
    // All events of the connection share it: a handler that changed it would change the others' events.
    this.#known.set(reference, freezeData(facts));
  }

  forget(reference: number): void {
    this.#known.delete(reference);
  }

  read(event: WireEvent): InvocationEvent {
    if (!isTuple(event)) return event;
    const [reference, routeKey, requestId, requestTimeMs, messageId, body, isBase64Encoded, trace] = event;
    const connection = this.#known.get(reference);
    if (connection === undefined) throw new Error(`Connection ${reference} was never told of`);
    const read: MessageEvent = {
      kind: "message",
      connection,
      routeKey,
      requestId,
      requestTimeMs,
      messageId,
      body,
      isBase64Encoded: isBase64Encoded === 1,
    };
    return trace === undefined ? read : { ...read, trace };
  }
}

function isTuple(event: WireEvent): event is WireMessageEvent {
  return Array.isArray(event);
}

function freezeData<Data extends object>(data: Data): Data {
  for (const value of Object.values(data)) {
    if (typeof value === "object" && value !== null) freezeData(value as object);
  }
  return Object.freeze(data);
}
