import type { AuthorizeEvent, ConnectEvent } from "../model/gateway-event.ts";

type HandshakeEvent = AuthorizeEvent | ConnectEvent;

export function headersOf({ headers }: HandshakeEvent): Headers {
  return new Headers(headers.map(([name, value]): [string, string] => [name, value]));
}

export function queryOf({ query }: HandshakeEvent): URLSearchParams {
  return new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]));
}

/** What the client offers in `Sec-WebSocket-Protocol`. */
export function protocolsOf(event: HandshakeEvent): readonly string[] {
  const offered = headersOf(event).get("sec-websocket-protocol") ?? "";
  return offered
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== "");
}
