import { HoldfastError } from "../base/errors.ts";
import { toAwsEvent } from "../model/aws-event.ts";
import type {
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  InvocationEvent,
  MessageEvent,
} from "../model/gateway-event.ts";
import type { Handler, Invocation } from "./registered-app.ts";
import { describeIssues, type StandardSchema } from "./standard-schema.ts";
import { toText, type WebSocketClient } from "./websocket-client.ts";

/** What every WebSocket handler is told. `Attributes` is what the connect handler attached. */
export interface ConnectionContext<Attributes = Readonly<Record<string, unknown>>> {
  readonly connectionId: string;
  readonly connectedAt: Date;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Values of the `{name}` segments of the API's `path`. */
  readonly params: Readonly<Record<string, string>>;
  readonly attributes: Attributes;
  /** Different for every event; AWS's `requestContext.requestId`. */
  readonly requestId: string;
  readonly stage: string;
  /** Aborts when the function's time is up. */
  readonly signal: AbortSignal;
  /** The event as API Gateway would give it to a Lambda function, key by key. */
  readonly event: object;
}

export interface ConnectContext extends Omit<ConnectionContext<never>, "attributes"> {
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** What the client offers in `Sec-WebSocket-Protocol`. */
  readonly protocols: readonly string[];
}

export interface MessageContext<
  Attributes = Readonly<Record<string, unknown>>,
  Body = unknown,
> extends ConnectionContext<Attributes> {
  /** The message as it came. */
  readonly text: string;
  /** What the route's schema made of the message; without one the message read as JSON, undefined when it is not JSON. */
  readonly body: Body;
  readonly routeKey: string;
  /** Sends to the connection the message came from: text as it is, anything else as JSON. */
  readonly reply: (data: unknown) => Promise<void>;
}

export interface DisconnectContext<
  Attributes = Readonly<Record<string, unknown>>,
> extends ConnectionContext<Attributes> {
  /** The WebSocket close code; 1006 when the connection was lost, 1005 when the client gave none. */
  readonly code: number;
  readonly reason: string;
}

/** Nothing, or what is to become of the handshake. */
export type ConnectResult<Attributes = Readonly<Record<string, unknown>>> = void | {
  /** Anything but 2xx refuses: the client sees this status and `body`, and there is no connection. */
  readonly status?: number;
  readonly body?: string;
  /** One of the offered sub-protocols. None is chosen otherwise, and browsers that offered one then fail. */
  readonly protocol?: string;
  /** Stays with the connection and comes with all its later events. Plain data. */
  readonly attributes?: Attributes;
};

export type ConnectHandler<A> = (context: ConnectContext) => ConnectResult<A> | Promise<ConnectResult<A>>;
export type MessageHandler<A, Body = unknown> = (context: MessageContext<A, Body>) => unknown;
export type DisconnectHandler<A> = (context: DisconnectContext<A>) => unknown;

const noParams: Readonly<Record<string, string>> = Object.freeze({});

class Context {
  readonly #event: ConnectEvent | MessageEvent | DisconnectEvent;
  readonly signal: AbortSignal;

  constructor(event: ConnectEvent | MessageEvent | DisconnectEvent, invocation: Invocation) {
    this.#event = event;
    this.signal = invocation.signal;
  }
  get #connection(): ConnectionFacts {
    return this.#event.connection;
  }
  get connectionId(): string {
    return this.#connection.connectionId;
  }
  get connectedAt(): Date {
    return new Date(this.#connection.connectedAt);
  }
  get sourceIp(): string {
    return this.#connection.sourceIp;
  }
  get userAgent(): string | undefined {
    return this.#connection.userAgent;
  }
  get params(): Readonly<Record<string, string>> {
    return this.#connection.pathParameters ?? noParams;
  }
  get attributes(): unknown {
    return this.#connection.attributes ?? {};
  }
  get requestId(): string {
    return this.#event.requestId;
  }
  get stage(): string {
    return this.#connection.stage;
  }
  get event(): object {
    return toAwsEvent(this.#event);
  }
}

class ConnectingContext extends Context implements ConnectContext {
  readonly #event: ConnectEvent;
  constructor(event: ConnectEvent, invocation: Invocation) {
    super(event, invocation);
    this.#event = event;
  }
  get headers(): Headers {
    return new Headers(this.#event.headers.map(([name, value]): [string, string] => [name, value]));
  }
  get query(): URLSearchParams {
    return new URLSearchParams(this.#event.query.map(([name, value]): [string, string] => [name, value]));
  }
  get protocols(): readonly string[] {
    const offered = this.headers.get("sec-websocket-protocol") ?? "";
    return offered
      .split(",")
      .map((protocol) => protocol.trim())
      .filter((protocol) => protocol !== "");
  }
}

class MessagingContext extends Context {
  readonly #event: MessageEvent;
  readonly reply: (data: unknown) => Promise<void>;
  readonly #validated: { readonly body: unknown } | undefined;
  constructor(
    event: MessageEvent,
    invocation: Invocation,
    client: WebSocketClient,
    validated: { readonly body: unknown } | undefined,
  ) {
    super(event, invocation);
    this.#event = event;
    this.#validated = validated;
    this.reply = (data) => client.send(event.connection.connectionId, data);
  }
  get text(): string {
    return textOf(this.#event);
  }
  get routeKey(): string {
    return this.#event.routeKey;
  }
  get body(): unknown {
    return this.#validated === undefined ? parseJson(this.text) : this.#validated.body;
  }
}

function textOf(event: MessageEvent): string {
  return event.isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

class DisconnectingContext extends Context {
  readonly code: number;
  readonly reason: string;
  constructor(event: DisconnectEvent, invocation: Invocation) {
    super(event, invocation);
    this.code = event.statusCode;
    this.reason = event.reason;
  }
}

/** A connect handler as a function: its result becomes a proxy response. */
export function connectFunction<A>(handler: ConnectHandler<A>): Handler {
  return async (event, invocation) => {
    const result: unknown = await handler(new ConnectingContext(expectKind(event, "connect"), invocation));
    if (result === undefined || result === null) return { statusCode: 200 };
    return readConnectResult(result);
  };
}

function readConnectResult(result: unknown): object {
  if (typeof result !== "object" || result === null || Array.isArray(result)) {
    throw invalidConnectResult(`returned ${Array.isArray(result) ? "an array" : `a ${typeof result}`}`);
  }
  const { status = 200, body, protocol, attributes, ...rest } = result as Record<string, unknown>;
  const unknownNames = Object.keys(rest);
  if (unknownNames.length > 0)
    throw invalidConnectResult(`returned an object with "${unknownNames.join('", "')}"`);
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    throw invalidConnectResult(`returned status ${String(status)}, which is not one from 200 to 599`);
  }
  if (body !== undefined && typeof body !== "string")
    throw invalidConnectResult("returned a body that is not text");
  if (protocol !== undefined && typeof protocol !== "string")
    throw invalidConnectResult("returned a protocol that is not text");
  if (attributes !== undefined) checkAttributes(attributes);
  return {
    statusCode: status,
    ...(body !== undefined && { body }),
    ...(protocol !== undefined && { headers: { "Sec-WebSocket-Protocol": protocol } }),
    ...(attributes !== undefined && { attributes }),
  };
}

/** They travel with every event of the connection. */
const maximumAttributesBytes = 32_768;

function checkAttributes(attributes: unknown): void {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
    throw invalidConnectResult("returned attributes that are not an object");
  }
  const bytes = Buffer.byteLength(toText(attributes));
  if (bytes > maximumAttributesBytes) {
    throw invalidConnectResult(
      `returned attributes of ${bytes} bytes of JSON; ${maximumAttributesBytes} are allowed`,
    );
  }
}

function invalidConnectResult(what: string): HoldfastError {
  return new HoldfastError("HANDLER_RESULT_INVALID", `The connect handler ${what}`, {
    hint: "Return nothing, or { status, body, protocol, attributes }, each of them optional.",
  });
}

/**
 * A message handler as a function: what it returns, if anything, is the route response. With a schema, a message that
 * does not fit throws `BODY_INVALID`, and the handler does not run.
 */
export function messageFunction<A, Body>(
  handler: MessageHandler<A, Body>,
  client: WebSocketClient,
  schema?: StandardSchema,
): Handler {
  return async (event, invocation) => {
    const message = expectKind(event, "message");
    const validated = schema && { body: await validate(schema, message) };
    const context = new MessagingContext(message, invocation, client, validated);
    const result: unknown = await handler(context as MessageContext<A, Body>);
    return result === undefined ? { statusCode: 200 } : { statusCode: 200, body: toText(result) };
  };
}

async function validate(schema: StandardSchema, event: MessageEvent): Promise<unknown> {
  const value = parseJson(textOf(event));
  if (value === undefined)
    throw new HoldfastError("BODY_INVALID", `The message to "${event.routeKey}" is not JSON`);
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const message = `The message to "${event.routeKey}" does not fit its schema: ${describeIssues(result.issues)}`;
  throw new HoldfastError("BODY_INVALID", message);
}

export function disconnectFunction<A>(handler: DisconnectHandler<A>): Handler {
  return async (event, invocation) => {
    await handler(
      new DisconnectingContext(expectKind(event, "disconnect"), invocation) as DisconnectContext<A>,
    );
    return { statusCode: 200 };
  };
}

function expectKind<Kind extends InvocationEvent["kind"]>(
  event: InvocationEvent,
  kind: Kind,
): Extract<InvocationEvent, { kind: Kind }> {
  if (event.kind === kind) return event as Extract<InvocationEvent, { kind: Kind }>;
  throw new HoldfastError("INTERNAL", `A ${kind} handler was given a ${event.kind} event`);
}
