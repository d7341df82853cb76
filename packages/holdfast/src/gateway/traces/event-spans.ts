import type {
  ConnectEvent,
  DisconnectEvent,
  HeaderPair,
  HttpEvent,
  MessageEvent,
  OpenEvent,
} from "../../model/gateway-event.ts";
import { findTraceparent, type TraceContext } from "../../model/trace-context.ts";
import type { NewSpan, Span, Tracer } from "../../ports/tracer.ts";
import { headerValues, lastHeader } from "../header-pairs.ts";

/*
 * The first span of what a gateway is asked, named by kind and route. Frames carry no context, so that each message of a
 * connection begins a trace; handshakes and HTTP requests go on with their caller's.
 */

export function startMessageSpan(tracer: Tracer, event: MessageEvent): Span {
  return tracer.start({
    name: `message ${event.routeKey}`,
    kind: "server",
    attributes: { ...connectionAttributes(event), "messaging.message.id": event.messageId },
  });
}

/** A connection's own events, for which a client sends nothing. */
export function startConnectionSpan(tracer: Tracer, event: OpenEvent | DisconnectEvent): Span {
  return tracer.start({ name: event.kind, kind: "server", attributes: connectionAttributes(event) });
}

export function startHandshakeSpan(
  tracer: Tracer,
  event: Pick<ConnectEvent, "connection" | "routeKey" | "requestId" | "headers" | "secure">,
): Span {
  const { userAgent } = event.connection;
  return tracer.start(
    {
      name: "connect",
      kind: "server",
      attributes: {
        ...connectionAttributes(event),
        "http.request.method": "GET",
        "network.protocol.name": "websocket",
        "url.scheme": event.secure ? "wss" : "ws",
        ...(userAgent !== undefined && { "user_agent.original": userAgent }),
      },
    },
    callerOf(event.headers),
  );
}

export function startHttpSpan(tracer: Tracer, event: HttpEvent): Span {
  const { protocol, pathname } = new URL(event.url);
  const userAgent = lastHeader(event.headers, "user-agent");
  return tracer.start(
    {
      name: event.routeKey,
      kind: "server",
      attributes: {
        "http.request.method": event.method,
        "http.route": event.routeKey.slice(event.routeKey.indexOf(" ") + 1),
        "url.path": pathname,
        "url.scheme": protocol.slice(0, -1),
        "client.address": event.sourceIp,
        "holdfast.request_id": event.requestId,
        ...(userAgent !== undefined && { "user_agent.original": userAgent }),
      },
    },
    callerOf(event.headers),
  );
}

/** Of several `traceparent`s none counts, several `tracestate`s are one (W3C). */
function callerOf(headers: readonly HeaderPair[]): TraceContext | undefined {
  return findTraceparent((name) => {
    const values = headerValues(headers, name);
    return values.length === 0 ? undefined : values.join(",");
  });
}

function connectionAttributes({
  connection,
  routeKey,
  requestId,
}: Pick<MessageEvent, "connection" | "routeKey" | "requestId">): NonNullable<NewSpan["attributes"]> {
  return {
    "holdfast.api": connection.apiName,
    "holdfast.stage": connection.stage,
    "holdfast.route_key": routeKey,
    "holdfast.connection_id": connection.connectionId,
    "holdfast.request_id": requestId,
    "client.address": connection.sourceIp,
  };
}
