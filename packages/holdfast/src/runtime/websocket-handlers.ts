import { HoldfastError } from "../base/errors.ts";
import { toAwsEvent } from "../model/aws-event.ts";
import type {
  AuthorizeEvent,
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  InvocationEvent,
  MessageEvent,
  OpenEvent,
} from "../model/gateway-event.ts";
import type { Handler, Invocation } from "./registered-app.ts";
import { traceparentOf, type TraceCarrier } from "./traced.ts";
import { describeIssues, type StandardSchema } from "./standard-schema.ts";
import { headersOf, protocolsOf, queryOf } from "./handshake-request.ts";
import { readConnectResult } from "./connect-result.ts";
import { toText, type WebSocketClient } from "./websocket-client.ts";

/** What an authorizer gives unless its API's types say more. */
export type AuthorizerTexts = Readonly<Record<string, string>>;

/** What every WebSocket handler is told. `Attributes` is what the connect handler attached. */
export interface ConnectionContext<
  Attributes = Readonly<Record<string, unknown>>,
  Authorizer = AuthorizerTexts,
> extends TraceCarrier {
  readonly connectionId: string;
  readonly connectedAt: Date;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Values of the `{name}` segments of the API's `path`. */
  readonly params: Readonly<Record<string, string>>;
  readonly attributes: Attributes;
  /** What the API's authorizer gave, all texts; empty where there is none. */
  readonly authorizer: Authorizer;
  /** Different for every event; AWS's `requestContext.requestId`. */
  readonly requestId: string;
  readonly stage: string;
  /** Aborts when the function's time is up. */
  readonly signal: AbortSignal;
  /** The event as API Gateway would give it to a Lambda function, key by key. */
  readonly event: object;
}

export interface ConnectContext<Authorizer = AuthorizerTexts> extends Omit<
  ConnectionContext<never, Authorizer>,
  "attributes"
> {
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** What the client offers in `Sec-WebSocket-Protocol`. */
  readonly protocols: readonly string[];
}

export interface MessageContext<
  Attributes = Readonly<Record<string, unknown>>,
  Body = unknown,
  Messages = unknown,
  Authorizer = AuthorizerTexts,
> extends ConnectionContext<Attributes, Authorizer> {
  /** The message as it came. */
  readonly text: string;
  /** What the route's schema made of the message; without one the message read as JSON, undefined when it is not JSON. */
  readonly body: Body;
  readonly routeKey: string;
  /** Sends to the connection the message came from: text as it is, anything else as JSON. */
  readonly reply: (data: Messages) => Promise<void>;
}

/** What a handler is told of a connection that has just opened. */
export interface OpenContext<
  Attributes = Readonly<Record<string, unknown>>,
  Messages = unknown,
  Authorizer = AuthorizerTexts,
> extends Omit<ConnectionContext<Attributes, Authorizer>, "event"> {
  /** Sends to the connection: text as it is, anything else as JSON. */
  readonly reply: (data: Messages) => Promise<void>;
}

export interface DisconnectContext<
  Attributes = Readonly<Record<string, unknown>>,
  Authorizer = AuthorizerTexts,
> extends ConnectionContext<Attributes, Authorizer> {
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
  /** Stays with the connection and comes with all its later events. Plain data. Holdfast's extension. */
  readonly attributes?: Attributes;
  /**
   * Accepts, then closes at once with this code: browsers show scripts the code and reason of a close, and nothing of
   * a refusal. Nothing can be sent to the connection, and no disconnect handler runs. Holdfast's extension.
   */
  readonly close?: { readonly code: number; readonly reason?: string };
  /** Further headers of the handshake's answer, such as `Set-Cookie`. Holdfast's extension. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
};

export type ConnectHandler<A, Authorizer = AuthorizerTexts> = (
  context: ConnectContext<Authorizer>,
) => ConnectResult<A> | Promise<ConnectResult<A>>;
export type OpenHandler<A, Messages = unknown, Authorizer = AuthorizerTexts> = (
  context: OpenContext<A, Messages, Authorizer>,
) => unknown;
export type MessageHandler<
  A,
  Body = unknown,
  Messages = unknown,
  Reply = unknown,
  Authorizer = AuthorizerTexts,
> = (context: MessageContext<A, Body, Messages, Authorizer>) => Reply;
export type DisconnectHandler<A, Authorizer = AuthorizerTexts> = (
  context: DisconnectContext<A, Authorizer>,
) => unknown;

const noParams: Readonly<Record<string, string>> = Object.freeze({});

type ConnectionEvent = AuthorizeEvent | ConnectEvent | OpenEvent | MessageEvent | DisconnectEvent;

/** What there is to say of every event; made when it is asked for. */
export class Context<Event extends ConnectionEvent = ConnectionEvent> {
  readonly #event: Event;
  readonly signal: AbortSignal;

  constructor(event: Event, invocation: Invocation) {
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
  get authorizer(): unknown {
    return this.#connection.authorizer ?? {};
  }
  get requestId(): string {
    return this.#event.requestId;
  }
  get traceparent(): string | undefined {
    return traceparentOf(this.#event);
  }
  get tracestate(): string | undefined {
    return this.#event.trace?.state;
  }
  get stage(): string {
    return this.#connection.stage;
  }
}

/** Of an event that API Gateway has too. */
class AwsContext extends Context<ConnectEvent | MessageEvent | DisconnectEvent> {
  readonly #event: ConnectEvent | MessageEvent | DisconnectEvent;
  constructor(event: ConnectEvent | MessageEvent | DisconnectEvent, invocation: Invocation) {
    super(event, invocation);
    this.#event = event;
  }
  get event(): object {
    return toAwsEvent(this.#event);
  }
}

class ConnectingContext extends AwsContext {
  readonly #event: ConnectEvent;
  constructor(event: ConnectEvent, invocation: Invocation) {
    super(event, invocation);
    this.#event = event;
  }
  get headers(): Headers {
    return headersOf(this.#event);
  }
  get query(): URLSearchParams {
    return queryOf(this.#event);
  }
  get protocols(): readonly string[] {
    return protocolsOf(this.#event);
  }
}

class MessagingContext extends AwsContext {
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

class OpeningContext extends Context<OpenEvent> {
  readonly reply: (data: unknown) => Promise<void>;
  constructor(event: OpenEvent, invocation: Invocation, client: WebSocketClient) {
    super(event, invocation);
    this.reply = (data) => client.send(event.connection.connectionId, data);
  }
}

class DisconnectingContext extends AwsContext {
  readonly code: number;
  readonly reason: string;
  constructor(event: DisconnectEvent, invocation: Invocation) {
    super(event, invocation);
    this.code = event.statusCode;
    this.reason = event.reason;
  }
}

/** A connect handler as a function: its result becomes a proxy response. */
export function connectFunction<A, Z>(handler: ConnectHandler<A, Z>): Handler {
  return async (event, invocation) => {
    const context = new ConnectingContext(expectKind(event, "connect"), invocation);
    const result: unknown = await handler(context as ConnectContext<Z>);
    if (result === undefined || result === null) return { statusCode: 200 };
    return readConnectResult(result);
  };
}

/**
 * A message handler as a function: what it returns, if anything, is the route response. With a schema, a message that
 * does not fit throws `BODY_INVALID`, and the handler does not run.
 */
export function messageFunction<A, Body, Messages, Z>(
  handler: MessageHandler<A, Body, Messages, unknown, Z>,
  client: WebSocketClient<Messages>,
  schemas: MessageSchemas = {},
): Handler {
  return async (event, invocation) => {
    const message = expectKind(event, "message");
    const validated = schemas.body && { body: await validate(schemas.body, message) };
    const context = new MessagingContext(message, invocation, client as WebSocketClient, validated);
    const returned: unknown = await handler(context as MessageContext<A, Body, Messages, Z>);
    const result =
      schemas.reply === undefined ? returned : await checkReply(schemas.reply, message, returned);
    return result === undefined ? { statusCode: 200 } : { statusCode: 200, body: toText(result) };
  };
}

export interface MessageSchemas {
  readonly body?: StandardSchema | undefined;
  readonly reply?: StandardSchema | undefined;
}

async function checkReply(schema: StandardSchema, event: MessageEvent, returned: unknown): Promise<unknown> {
  const result = await schema["~standard"].validate(returned);
  if (result.issues === undefined) return result.value;
  const message = `What the handler of "${event.routeKey}" returned does not fit its schema: ${describeIssues(result.issues)}`;
  throw new HoldfastError("HANDLER_RESULT_INVALID", message);
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

/** What it returns is for nobody. */
export function openFunction<A, Messages, Z>(
  handler: OpenHandler<A, Messages, Z>,
  client: WebSocketClient<Messages>,
): Handler {
  return async (event, invocation) => {
    const context = new OpeningContext(expectKind(event, "open"), invocation, client as WebSocketClient);
    await handler(context as OpenContext<A, Messages, Z>);
    return undefined;
  };
}

export function disconnectFunction<A, Z>(handler: DisconnectHandler<A, Z>): Handler {
  return async (event, invocation) => {
    await handler(
      new DisconnectingContext(expectKind(event, "disconnect"), invocation) as DisconnectContext<A, Z>,
    );
    return { statusCode: 200 };
  };
}

/** Throws `INTERNAL` for an event of another kind. */
export function expectKind<Kind extends InvocationEvent["kind"]>(
  event: InvocationEvent,
  kind: Kind,
): Extract<InvocationEvent, { kind: Kind }> {
  if (event.kind === kind) return event as Extract<InvocationEvent, { kind: Kind }>;
  throw new HoldfastError("INTERNAL", `A ${kind} handler was given a ${event.kind} event`);
}
