import type { HeaderPair } from "../../model/gateway-event.ts";
import type { RouteEvent } from "./integration.ts";

/**
 * What an HTTP backend receives. The names are those that a backend behind API Gateway reported; `Host` and
 * `Content-Length` are added where the request is sent. Mapped headers come instead of these.
 */
export function backendHeaders(
  event: RouteEvent,
  mapped: readonly HeaderPair[],
  traceId: (nowMs: number) => string,
): readonly HeaderPair[] {
  const { apiId, sourceIp } = event.connection;
  const { port, secure } = originOf(event);
  const own: readonly HeaderPair[] = [
    ["Accept", "application/json"],
    ["Content-Type", "application/json"],
    ["User-Agent", `AmazonAPIGateway_${apiId}`],
    ["X-Amzn-Apigateway-Api-Id", apiId],
    ["X-Amzn-Trace-Id", event.kind === "connect" ? event.traceId : traceId(event.requestTimeMs)],
    ["X-Forwarded-For", sourceIp],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", secure ? "https" : "http"],
  ];
  const given = mapped.filter(
    ([name, value]) => !hopByHop.has(name.toLowerCase()) && !/[^\t -~\u0080-\u00ff]/.test(value),
  );
  const replaced = new Set(given.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !replaced.has(name.toLowerCase())), ...given];
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
