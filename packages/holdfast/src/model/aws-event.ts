import type {
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  HeaderPair,
  MessageEvent,
} from "./gateway-event.ts";
import { inHashMapOrder } from "./hash-map-order.ts";

/** What API Gateway hands to a Lambda function behind a WebSocket route. */
export type AwsWebSocketEvent = AwsConnectEvent | AwsMessageEvent | AwsDisconnectEvent;

/** The event of `$connect`: the handshake as the client sent it. */
export interface AwsConnectEvent {
  /** In the client's spelling, sorted; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Absent without a query; of a repeated name the last value. */
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  /** Absent when the stage has none. */
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly requestContext: AwsConnectContext;
  readonly isBase64Encoded: false;
}

/** The event of a message. It has no headers: what matters of the handshake must be kept by the app. */
export interface AwsMessageEvent {
  /** Absent when the stage has none. */
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly requestContext: AwsMessageContext;
  /** The message. */
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The event of `$disconnect`. Its four headers are always the same, and all but `Host` are empty. */
export interface AwsDisconnectEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Absent when the stage has none. */
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly requestContext: AwsDisconnectContext;
  readonly isBase64Encoded: false;
}

/** What every event says about its request and connection. */
export interface AwsRequestContext {
  /** The route used: `$default` for a message that fits no other. */
  readonly routeKey: string;
  /** Always equal to `requestId`. */
  readonly extendedRequestId: string;
  /** Such as `25/Sep/2026:00:03:45 +0000`. */
  readonly requestTime: string;
  readonly messageDirection: "IN";
  readonly stage: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** Milliseconds since 1970. */
  readonly requestTimeEpoch: number;
  readonly identity: {
    /** Absent when the client sent no `User-Agent`. */
    readonly userAgent?: string;
    readonly sourceIp: string;
  };
  readonly requestId: string;
  /** Where to call back: `https://{domainName}/{stage}`. */
  readonly domainName: string;
  readonly connectionId: string;
  readonly apiId: string;
}

export interface AwsConnectContext extends AwsRequestContext {
  readonly eventType: "CONNECT";
  /** What the authorizer gave, all text; `integrationLatency` is a number of milliseconds. */
  readonly authorizer?: Readonly<Record<string, string | number>>;
}

export interface AwsMessageContext extends AwsRequestContext {
  readonly eventType: "MESSAGE";
  readonly messageId: string;
  /** What the authorizer gave at `$connect`, all text. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

export interface AwsDisconnectContext extends AwsRequestContext {
  readonly eventType: "DISCONNECT";
  /** The WebSocket close code. */
  readonly disconnectStatusCode: number;
  readonly disconnectReason: string;
  /** What the authorizer gave at `$connect`, all text. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

/**
 * The event as API Gateway gives it to a Lambda function, with its keys in the same order (API Gateway, captured).
 * Holdfast's extensions, path parameters and attributes, are not in it.
 */
export function toAwsEvent(event: ConnectEvent): AwsConnectEvent;
export function toAwsEvent(event: MessageEvent): AwsMessageEvent;
export function toAwsEvent(event: DisconnectEvent): AwsDisconnectEvent;
export function toAwsEvent(event: ConnectEvent | MessageEvent | DisconnectEvent): AwsWebSocketEvent;
export function toAwsEvent(event: ConnectEvent | MessageEvent | DisconnectEvent): AwsWebSocketEvent {
  switch (event.kind) {
    case "connect":
      return toConnectEvent(event);
    case "message":
      return toMessageEvent(event);
    case "disconnect":
      return toDisconnectEvent(event);
  }
}

function toConnectEvent(event: ConnectEvent): AwsConnectEvent {
  const { connection, query } = event;
  const headers = groupByName(connectHeaders(event), (name) => name.toLowerCase());
  const parameters = groupByName(query, (name) => name);
  return {
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    ...(query.length > 0 && {
      queryStringParameters: lastValues(parameters),
      multiValueQueryStringParameters: allValues(parameters),
    }),
    ...stageVariables(connection),
    requestContext: {
      routeKey: event.routeKey,
      ...authorizer<string | number>(authorizerWithLatency(event)),
      eventType: "CONNECT",
      ...arrival(event),
      ...requestFacts(event),
    },
    isBase64Encoded: false,
  };
}

function toMessageEvent(event: MessageEvent): AwsMessageEvent {
  return {
    ...stageVariables(event.connection),
    requestContext: {
      routeKey: event.routeKey,
      ...authorizer(event.connection.authorizer),
      messageId: event.messageId,
      eventType: "MESSAGE",
      ...arrival(event),
      ...requestFacts(event),
    },
    body: event.body,
    isBase64Encoded: event.isBase64Encoded,
  };
}

function toDisconnectEvent(event: DisconnectEvent): AwsDisconnectEvent {
  const headers: readonly Group[] = [
    ["Host", [event.connection.domainName]],
    ["x-api-key", [""]],
    ["X-Forwarded-For", [""]],
    ["x-restapi", [""]],
  ];
  return {
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    ...stageVariables(event.connection),
    requestContext: {
      routeKey: event.routeKey,
      disconnectStatusCode: event.statusCode,
      ...authorizer(event.connection.authorizer),
      eventType: "DISCONNECT",
      ...arrival(event),
      disconnectReason: event.reason,
      ...requestFacts(event),
    },
    isBase64Encoded: false,
  };
}

type AnyEvent = ConnectEvent | MessageEvent | DisconnectEvent;

// The two halves of what every request context says; a disconnect's reason stands between them.

function arrival({ requestId, requestTimeMs }: AnyEvent) {
  return {
    extendedRequestId: requestId,
    requestTime: formatRequestTime(requestTimeMs),
    messageDirection: "IN" as const,
  };
}

function requestFacts({ connection, requestId, requestTimeMs }: AnyEvent) {
  return {
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: requestTimeMs,
    identity: {
      ...(connection.userAgent !== undefined && { userAgent: connection.userAgent }),
      sourceIp: connection.sourceIp,
    },
    requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
  };
}

function stageVariables({ stageVariables: variables = {} }: ConnectionFacts) {
  return Object.keys(variables).length > 0 ? { stageVariables: { ...variables } } : {};
}

function authorizer<Value>(values: Readonly<Record<string, Value>> | undefined) {
  return values === undefined ? {} : { authorizer: inHashMapOrder(values) };
}

/** The latency stands among the values, and is the only number (API Gateway, captured). */
function authorizerWithLatency({ connection, authorizerLatencyMs: integrationLatency }: ConnectEvent) {
  if (connection.authorizer === undefined || integrationLatency === undefined) return connection.authorizer;
  return { ...connection.authorizer, integrationLatency };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `dd/MMM/yyyy:HH:mm:ss +0000`. */
function formatRequestTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1] ?? "";
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** Left out of the event by API Gateway. */
const hiddenHeaders: ReadonlySet<string> = new Set(["connection", "upgrade", "content-length"]);
/** Set by API Gateway, whatever the client sent. */
const ownHeaders: ReadonlySet<string> = new Set([
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

function connectHeaders({ headers, traceId, connection, port, secure }: ConnectEvent): readonly HeaderPair[] {
  const clients = headers.filter(
    ([name]) => !hiddenHeaders.has(name.toLowerCase()) && !ownHeaders.has(name.toLowerCase()),
  );
  const passed = headers
    .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
    .map(([, value]) => value);
  return [
    ...clients,
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", [...passed, connection.sourceIp].join(", ")],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", secure ? "https" : "http"],
  ];
}

type Group = readonly [name: string, values: readonly string[]];

/** One group a name, sorted by `identify`; names that are identified get the spelling that came first. */
function groupByName(pairs: readonly HeaderPair[], identify: (name: string) => string): readonly Group[] {
  const groups = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of pairs) {
    const group = groups.get(identify(name));
    if (group === undefined) groups.set(identify(name), [name, [value]]);
    else group[1].push(value);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

// Not by assignment: a client may send a header or parameter called __proto__.
function lastValues(groups: readonly Group[]): Record<string, string> {
  return Object.fromEntries(groups.map(([name, values]) => [name, values.at(-1) ?? ""]));
}

function allValues(groups: readonly Group[]): Record<string, readonly string[]> {
  return Object.fromEntries(groups);
}
