import { isRecord } from "../base/is-record.ts";
import type { HttpRouteOnAws } from "./aws-resources.ts";
import type { TraceContext } from "./trace-context.ts";

/**
 * What the gateway hands to a function: flat facts, cheap to carry between processes. The function's side turns
 * them into AWS's event (`aws-event.ts`), because building it in the gateway's thread costs a quarter of the rate.
 */
export type InvocationEvent =
  | AuthorizeEvent
  | ConnectEvent
  | OpenEvent
  | MessageEvent
  | DisconnectEvent
  | HttpEvent
  | TaskEvent;

/** What stays the same for a connection's life. One object a connection, shared by all its events. */
export interface ConnectionFacts {
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly apiName: string;
  readonly apiId: string;
  readonly stage: string;
  /** The configured name with its port, never the raw Host header: handlers call back to it. */
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** All values are strings (API Gateway, captured). */
  readonly authorizer?: Readonly<Record<string, string>>;
  /** The name of the API key that the client showed where one is asked for. */
  readonly apiKeyId?: string;
  /** Its value. Never recorded. */
  readonly apiKey?: string;
  /** Values of the `{name}` segments of the API's path; Holdfast's extension. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** What the connect handler set; Holdfast's extension. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The span that an event belongs to; absent where nothing is traced. */
interface Traced {
  readonly trace?: TraceContext;
}

interface EventBase extends Traced {
  readonly connection: ConnectionFacts;
  /** The route used: `$default` on fallback, not the evaluated value. */
  readonly routeKey: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly requestTimeMs: number;
}

/** What a client's handshake says, for its authorizer and its connect handler. */
interface HandshakeEvent extends EventBase {
  /** In the client's spelling and order, repeated names repeated. */
  readonly headers: readonly HeaderPair[];
  /** Decoded, in the client's order, repeated names repeated. */
  readonly query: readonly HeaderPair[];
  /** As the header carries it: `Root=1-{8 hex: seconds since 1970}-{24 hex}`. */
  readonly traceId: string;
  readonly secure: boolean;
  readonly port: number;
}

/** Asks an authorizer whether a connection may come to be. Request, time and connection are those of its ConnectEvent. */
export interface AuthorizeEvent extends HandshakeEvent {
  readonly kind: "authorize";
  /** `arn:aws:execute-api:{region}:{account}:{apiId}/{stage}/$connect`. */
  readonly methodArn: string;
}

export interface ConnectEvent extends HandshakeEvent {
  readonly kind: "connect";
  /** How long the authorizer took; present when there was one. */
  readonly authorizerLatencyMs?: number;
}

/** The handshake is done: from now on sending works. Holdfast's extension. */
export interface OpenEvent extends EventBase {
  readonly kind: "open";
}

export interface MessageEvent extends EventBase {
  readonly kind: "message";
  readonly messageId: string;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface DisconnectEvent extends EventBase {
  readonly kind: "disconnect";
  readonly statusCode: number;
  readonly reason: string;
}

export interface HttpEvent extends Traced {
  readonly kind: "http";
  /** Such as `GET /games/{id}`. */
  readonly routeKey: string;
  readonly requestId: string;
  readonly requestTimeMs: number;
  readonly method: string;
  /** The whole URL as the client sees it. */
  readonly url: string;
  readonly headers: readonly HeaderPair[];
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly sourceIp: string;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** Present where the route is one of an HTTP or REST API of API Gateway's. */
  readonly aws?: HttpRouteOnAws;
}

/** Work that no socket and no request asks for: a call, a message, an object that changed, a time that came. */
export interface TaskEvent extends Traced {
  readonly kind: "task";
  readonly source: "call" | "topic" | "bucket" | "queue" | "table" | "schedule" | "service" | "resource";
  /** What a log calls it: `topic news`. */
  readonly routeKey: string;
  readonly requestId: string;
  readonly requestTimeMs: number;
  /** Plain data, by source. */
  readonly payload: unknown;
}

/** The payload of a task of source `resource`: what the implementation is asked to do. */
export interface ResourceRequest {
  readonly operation: string;
  readonly arguments: readonly unknown[];
}

export type HeaderPair = readonly [name: string, value: string];

/**
 * A function's answer in the form of a Lambda proxy response, with Holdfast's extensions. Anything a function
 * returned is read by `readProxyResponse`.
 */
export interface ProxyResponse {
  readonly statusCode: number;
  /** Absent when the function gave none. */
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly headers: readonly HeaderPair[];
  /** From a connect handler: what stays with the connection. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** From a connect handler that accepts: headers of the handshake's answer. */
  readonly handshakeHeaders?: readonly HeaderPair[];
  /** From a connect handler that accepts: the connection is closed at once, with this code. */
  readonly close?: { readonly code: number; readonly reason: string };
}

/** Reads what a function returned; undefined when it is not a proxy response (no status code, wrong types). */
export function readProxyResponse(payload: unknown): ProxyResponse | undefined {
  if (!isRecord(payload)) return undefined;
  const { statusCode, body, headers, multiValueHeaders, attributes, handshakeHeaders, close } = payload;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599)
    return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  return {
    statusCode: status,
    ...(typeof body === "string" && { body }),
    isBase64Encoded: payload.isBase64Encoded === true,
    headers: [...headerPairs(headers), ...headerPairs(multiValueHeaders)],
    ...(isRecord(attributes) && { attributes }),
    ...(isRecord(handshakeHeaders) && { handshakeHeaders: headerPairs(handshakeHeaders) }),
    ...(isRecord(close) && { close: readClose(close) }),
  };
}

/** A code that is none makes the answer malformed, which whoever closes will find. */
function readClose({ code, reason }: Record<string, unknown>): { code: number; reason: string } {
  return { code: Number(code), reason: typeof reason === "string" ? reason : "" };
}

function headerPairs(headers: unknown): HeaderPair[] {
  if (!isRecord(headers)) return [];
  return Object.entries(headers).flatMap(([name, value]): HeaderPair[] =>
    Array.isArray(value)
      ? value.map((one): HeaderPair => [name, String(one)])
      : value === undefined || value === null
        ? []
        : [[name, typeof value === "string" ? value : JSON.stringify(value)]],
  );
}
