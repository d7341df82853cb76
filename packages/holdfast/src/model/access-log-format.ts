import { HoldfastError } from "../base/errors.ts";

/** A format of access log lines, read. Its parts follow one another without anything between. */
export interface AccessLogFormat {
  readonly parts: readonly AccessLogPart[];
}

export type AccessLogPart =
  | { readonly kind: "text"; readonly text: string }
  /** `$context.identity.sourceIp` is `identity.sourceIp`. */
  | { readonly kind: "variable"; readonly name: string };

/** API Gateway's quota (documented): 3 KB. */
export const defaultAccessLogFormatBytes = 3072;

/** Of APIs that have none of their own, where an operator wants access logs all the same: a JSON object of plain values. */
export const usualAccessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  time: "$context.requestTime",
  routeKey: "$context.routeKey",
  eventType: "$context.eventType",
  status: "$context.status",
  connectionId: "$context.connectionId",
  latency: "$context.integrationLatency",
});

/** Throws `ACCESS_LOG_FORMAT_INVALID`, whose message says at which character. */
export function parseAccessLogFormat(
  text: string,
  maximumBytes = defaultAccessLogFormatBytes,
): AccessLogFormat {
  const bytes = Buffer.byteLength(text);
  if (bytes > maximumBytes) throw invalid(`It has ${bytes} bytes; ${maximumBytes} are allowed`);
  const lineEnd = text.search(/[\r\n]/);
  if (lineEnd >= 0) throw invalid(`There is a line break at character ${lineEnd + 1}: a format is one line`);
  const parts: AccessLogPart[] = [];
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    const end = dollar === -1 ? text.length : dollar;
    if (end > at) parts.push({ kind: "text", text: text.slice(at, end) });
    if (dollar === -1) break;
    const name = readVariable(text, dollar);
    parts.push({ kind: "variable", name });
    at = dollar + prefix.length + name.length;
  }
  return { parts };
}

/** The variables of a format that API Gateway does not document for WebSocket APIs: their value is always `-`. */
export function unknownVariables({ parts }: AccessLogFormat): readonly string[] {
  return parts.flatMap((part) =>
    part.kind === "variable" && !isKnownVariable(part.name) ? [part.name] : [],
  );
}

const prefix = "$context.";

/**
 * The names that an authorizer gives are its own, and may hold hyphens; behind any other name a hyphen is text, as
 * people write it between two variables.
 */
const variable = /authorizer\.[A-Za-z_][\w-]*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;

function readVariable(text: string, dollar: number): string {
  if (text.startsWith(prefix, dollar)) {
    variable.lastIndex = dollar + prefix.length;
    const name = variable.exec(text)?.[0];
    if (name !== undefined) return name;
  }
  const found = text.slice(dollar, dollar + 20);
  throw invalid(`"${found}" at character ${dollar + 1} is no variable`);
}

function invalid(why: string): HoldfastError {
  return new HoldfastError("ACCESS_LOG_FORMAT_INVALID", `The access log format cannot be used. ${why}`);
}

function isKnownVariable(name: string): boolean {
  return variables.has(name) || name.startsWith("authorizer.") || name.startsWith("waf.");
}

/** API Gateway's, by its guide. */
const variables: ReadonlySet<string> = new Set([
  "apiId",
  ...under("authorize", ["error", "latency", "status"]),
  ...under("authenticate", ["error", "latency", "status"]),
  "connectedAt",
  "connectionId",
  "domainName",
  ...under("error", ["message", "messageString", "responseType", "validationErrorString"]),
  "eventType",
  "extendedRequestId",
  ...under("identity", [
    "accountId",
    "apiKey",
    "apiKeyId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
  ]),
  ...under("integration", ["error", "integrationStatus", "latency", "requestId", "status"]),
  "integrationLatency",
  "messageId",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
  "status",
]);

function under(parent: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${parent}.${name}`);
}
