import type { HeaderPair } from "../../model/gateway-event.ts";
import { toTraceparent, toXRayHeader, type TraceContext } from "../../model/trace-context.ts";
import type { RouteEvent } from "./integration.ts";

/**
 * What an HTTP backend receives. The names are those that a backend behind API Gateway reported; `Host` and
 * `Content-Length` are added where the request is sent. Mapped headers come instead of these.
 */
export function backendHeaders(
  event: RouteEvent,
  mapped: readonly HeaderPair[],
  traceId: (nowMs: number) => string,
  trace: TraceContext | undefined = event.trace,
): readonly HeaderPair[] {
  const { apiId, sourceIp } = event.connection;
  const { port, secure } = originOf(event);
  const own: readonly HeaderPair[] = [
    ["Accept", "application/json"],
    ["Content-Type", "application/json"],
    ["User-Agent", `AmazonAPIGateway_${apiId}`],
    ["X-Amzn-Apigateway-Api-Id", apiId],
    ["X-Amzn-Trace-Id", xRayOf(event, trace, traceId)],
    ["X-Forwarded-For", sourceIp],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", secure ? "https" : "http"],
    ...(trace === undefined ? [] : w3cHeaders(trace)),
  ];
  const given = mapped.filter(
    ([name, value]) => !hopByHop.has(name.toLowerCase()) && !/[^\t -~\u0080-\u00ff]/.test(value),
  );
  const replaced = new Set(given.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !replaced.has(name.toLowerCase())), ...given];
}

/** Of a traced request both forms say the same; API Gateway sends X-Ray's only. */
function xRayOf(
  event: RouteEvent,
  trace: TraceContext | undefined,
  traceId: (nowMs: number) => string,
): string {
  if (trace !== undefined) return toXRayHeader(trace);
  return event.kind === "connect" ? event.traceId : traceId(event.requestTimeMs);
}

function w3cHeaders(trace: TraceContext): readonly HeaderPair[] {
  const traceparent: HeaderPair = ["traceparent", toTraceparent(trace)];
  return trace.state === undefined ? [traceparent] : [traceparent, ["tracestate", trace.state]];
}

/** They concern one connection, or are counted where the request is sent. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Only a handshake says how its client came; for later events the API's own address does. */
function originOf(event: RouteEvent): { readonly port: number; readonly secure: boolean } {
  if (event.kind === "connect") return { port: event.port, secure: event.secure };
  const port = Number(/:(?<port>\d+)$/.exec(event.connection.domainName)?.groups?.port ?? 443);
  return { port, secure: port === 443 };
}
