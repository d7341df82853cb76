import type { Log } from "../base/log.ts";
import { parseAccessLogFormat, type AccessLogPart } from "../model/access-log-format.ts";
import { formatRequestTime } from "../model/aws-event-parts.ts";
import type { Exchange, GatewayObserver } from "../ports/gateway-observer.ts";

export interface AccessLogOptions {
  /** The API's name, which stands beside each line. */
  readonly api: string;
  readonly format: string;
  readonly maximumFormatBytes: number;
  readonly log: Log;
}

/** A line of the log's, as event `access`, for each exchange. Throws `ACCESS_LOG_FORMAT_INVALID`. */
export function createAccessLog({ api, format, maximumFormatBytes, log }: AccessLogOptions): GatewayObserver {
  const write = compileAccessLog(format, maximumFormatBytes);
  return { handled: (exchange) => log("info", "access", { message: write(exchange), api }) };
}

/** What writes a format's lines; what is not set is `-` (API Gateway, documented). Throws `ACCESS_LOG_FORMAT_INVALID`. */
export function compileAccessLog(format: string, maximumBytes?: number): (exchange: Exchange) => string {
  const writers = parseAccessLogFormat(format, maximumBytes).parts.map(compilePart);
  return (exchange) => writers.map((write) => write(exchange)).join("");
}

type Writer = (exchange: Exchange) => string;

function compilePart(part: AccessLogPart): Writer {
  if (part.kind === "text") return () => part.text;
  const { name } = part;
  const key = authorizerKey(name);
  const read = key === undefined ? readers.get(name) : authorizerReader(key);
  if (read === undefined) return () => unset;
  return (exchange) => {
    const value = read(exchange);
    return value === undefined ? unset : oneLine(String(value));
  };
}

const unset = "-";

/** One exchange is one line, whatever an authorizer or a client put into it. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

type Reader = (exchange: Exchange) => string | number | undefined;

/** The authorizer's own values stand beside the gateway's about it. */
function authorizerKey(name: string): string | undefined {
  if (readers.has(name) || !name.startsWith("authorizer.")) return undefined;
  return name.slice("authorizer.".length);
}

function authorizerReader(key: string): Reader {
  return ({ connection: { authorizer = {} } }) =>
    Object.hasOwn(authorizer, key) ? authorizer[key] : undefined;
}

/**
 * What is not here is not set: `integration.*`, which rows of WebSocket APIs leave out (an emulator with captures), and
 * all that only AWS has.
 */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["apiId", ({ connection }) => connection.apiId],
  ["authorizer.integrationLatency", ({ authorizerLatencyMs }) => authorizerLatencyMs],
  ["authorizer.latency", ({ authorizerLatencyMs }) => authorizerLatencyMs],
  ["connectedAt", ({ connection }) => connection.connectedAt],
  ["connectionId", ({ connection }) => connection.connectionId],
  ["domainName", ({ connection }) => connection.domainName],
  ["error.message", ({ failure }) => failure?.message],
  ["error.messageString", ({ failure }) => failure?.message && JSON.stringify(failure.message)],
  ["error.responseType", ({ failure }) => failure?.responseType],
  ["error.validationErrorString", ({ failure }) => failure?.validationError],
  ["eventType", ({ eventType }) => eventType],
  ["extendedRequestId", ({ extendedRequestId, requestId }) => extendedRequestId ?? requestId],
  ["identity.apiKey", ({ connection }) => connection.apiKey],
  ["identity.apiKeyId", ({ connection }) => connection.apiKeyId],
  ["identity.sourceIp", ({ connection }) => connection.sourceIp],
  ["identity.userAgent", ({ connection }) => connection.userAgent],
  ["integrationLatency", ({ integrationLatencyMs }) => integrationLatencyMs],
  ["messageId", ({ messageId }) => messageId],
  ["requestId", ({ requestId }) => requestId],
  ["requestTime", ({ requestTimeMs }) => formatRequestTime(requestTimeMs)],
  ["requestTimeEpoch", ({ requestTimeMs }) => requestTimeMs],
  ["routeKey", ({ routeKey }) => routeKey],
  ["stage", ({ connection }) => connection.stage],
  ["status", ({ status }) => status],
]);
