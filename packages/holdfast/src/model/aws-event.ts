import {
  allValues,
  arrival,
  connectHeaders,
  groupByName,
  groupHeaders,
  lastValues,
  requestFacts,
  sortGroups,
  stageVariables,
  type Group,
} from "./aws-event-parts.ts";
import type { ConnectEvent, DisconnectEvent, MessageEvent } from "./gateway-event.ts";
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
    /** The API key's value; absent when the client needed none. */
    readonly apiKey?: string;
    readonly apiKeyId?: string;
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
  const headers = groupHeaders(connectHeaders(event));
  const parameters = sortGroups(groupByName(query));
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

function authorizer<Value>(values: Readonly<Record<string, Value>> | undefined) {
  return values === undefined ? {} : { authorizer: inHashMapOrder(values) };
}

/** The latency stands among the values, and is the only number (API Gateway, captured). */
function authorizerWithLatency({ connection, authorizerLatencyMs: integrationLatency }: ConnectEvent) {
  if (connection.authorizer === undefined || integrationLatency === undefined) return connection.authorizer;
  return { ...connection.authorizer, integrationLatency };
}
