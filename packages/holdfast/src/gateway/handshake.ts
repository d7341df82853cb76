import { createHash } from "node:crypto";
import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { HeaderPair } from "../model/gateway-event.ts";
import { clientOf } from "./clients/client.ts";
import type { Acceptance, Handshake, Refusal } from "./gateway.ts";
import { headerPairs } from "./header-pairs.ts";

/** What keeps an upgrade from being done: the client's answer, and why, which only the log says. */
export interface UpgradeFault {
  readonly refusal: Refusal;
  readonly cause: string;
}

/** Checks an upgrade request against RFC 6455, 4.2.1; undefined when it is one that may be accepted. */
export function checkUpgrade(request: IncomingMessage): UpgradeFault | undefined {
  const { method, headers, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  if (method !== "GET")
    return {
      refusal: refuseUpgrade(405, "Method Not Allowed", [["allow", "GET"]]),
      cause: `its method is ${method}, not GET`,
    };
  if (httpVersionMajor !== 1 || httpVersionMinor < 1) return badUpgrade(`it is HTTP/${httpVersion}, not 1.1`);
  if (!asksForWebSocket(request)) return badUpgrade("it does not ask for the protocol websocket");
  // Node's HTTP server leaves both to whoever takes the upgrade; a body would be read as frames.
  if (countHosts(request) !== 1) return badUpgrade("it has not exactly one Host header");
  if (announcesBody(request)) return badUpgrade("it has a body");
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? ""))
    return badUpgrade("its Sec-WebSocket-Key is not 16 bytes as base64");
  // The status and header that RFC 6455, 4.4, has for an unknown version.
  if (headers["sec-websocket-version"] !== "13")
    return {
      refusal: refuseUpgrade(426, "Upgrade Required", [["sec-websocket-version", "13"]]),
      cause: "its Sec-WebSocket-Version is not 13",
    };
  return undefined;
}

function badUpgrade(cause: string): UpgradeFault {
  return { refusal: refuseUpgrade(400, "Bad Request"), cause };
}

export function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}

/** Exactly one is needed (RFC 9112, 3.2). */
function countHosts({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === "host") count += 1;
  return count;
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}

/** A refusal before any gateway is asked: the listener's own words, in the form of API Gateway's. */
export function refuseUpgrade(status: number, message: string, headers: readonly HeaderPair[] = []): Refusal {
  return {
    kind: "refused",
    status,
    headers: [["content-type", "application/json"], ...headers],
    body: JSON.stringify({ message }),
  };
}

/** What the gateway is told of the client. */
export function readHandshake(
  request: IncomingMessage,
  search: string,
  pathParameters: Readonly<Record<string, string>> | undefined,
): Handshake {
  const { address, secure, port } = clientOf(request);
  return {
    headers: headerPairs(request.rawHeaders),
    query: [...new URLSearchParams(search)],
    sourceIp: address,
    secure,
    port,
    target: request.url ?? "",
    ...(pathParameters !== undefined && { pathParameters }),
  };
}

/**
 * The 101 answer. Only these headers (API Gateway, captured), and those that a function asked for; no extension is ever accepted: API Gateway negotiates
 * permessage-deflate, with a known fault, and declining it is always legal.
 */
export function acceptUpgrade(
  key: string,
  { protocol, headers = [] }: Pick<Acceptance, "protocol" | "headers">,
  nowMs: number,
): string {
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    `Date: ${new Date(nowMs).toUTCString()}`,
    "Connection: upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Accept: ${acceptKey(key)}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** The HTTP response to a refused upgrade. The socket ends with it: it has left the HTTP parser for good. */
export function encodeRefusal(refusal: Refusal, nowMs: number): Buffer {
  const body = Buffer.from(refusal.body);
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Unknown"}`,
    `Date: ${new Date(nowMs).toUTCString()}`,
    ...refusal.headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** RFC 6455, 1.3. */
function acceptKey(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}
