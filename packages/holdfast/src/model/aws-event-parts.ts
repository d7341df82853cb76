import type {
  AuthorizeEvent,
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  HeaderPair,
  MessageEvent,
} from "./gateway-event.ts";

// What API Gateway's events have in common.

type AnyEvent = AuthorizeEvent | ConnectEvent | MessageEvent | DisconnectEvent;

// The two halves of what every request context says; a disconnect's reason stands between them.

export function arrival({ requestId, requestTimeMs }: AnyEvent) {
  return {
    extendedRequestId: requestId,
    requestTime: formatRequestTime(requestTimeMs),
    messageDirection: "IN" as const,
  };
}

export function requestFacts({ connection, requestId, requestTimeMs }: AnyEvent) {
  return {
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: requestTimeMs,
    identity: {
      ...(connection.userAgent !== undefined && { userAgent: connection.userAgent }),
      sourceIp: connection.sourceIp,
      // That the key is here is documented; in which events, and at which place, is not.
      ...(connection.apiKey !== undefined && { apiKey: connection.apiKey }),
      ...(connection.apiKeyId !== undefined && { apiKeyId: connection.apiKeyId }),
    },
    requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
  };
}

export function stageVariables({ stageVariables: variables = {} }: ConnectionFacts) {
  return Object.keys(variables).length > 0 ? { stageVariables: { ...variables } } : {};
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `dd/MMM/yyyy:HH:mm:ss +0000`. */
export function formatRequestTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1] ?? "";
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** Left out of the CONNECT event by API Gateway; an authorizer sees its own values of them. */
const hiddenHeaders: ReadonlySet<string> = new Set(["connection", "upgrade", "content-length"]);
/** Set by API Gateway, whatever the client sent. */
const ownHeaders: ReadonlySet<string> = new Set([
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/** The client's headers, and those that API Gateway sets. */
export function connectHeaders({
  headers,
  traceId,
  connection,
  port,
  secure,
}: ConnectEvent | AuthorizeEvent): readonly HeaderPair[] {
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

export type Group = readonly [name: string, values: readonly string[]];

/** One group a name, in the order of their coming; names that are identified get the spelling that came first. */
export function groupByName(
  pairs: readonly HeaderPair[],
  identify: (name: string) => string = (name) => name,
): readonly Group[] {
  const groups = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of pairs) {
    const group = groups.get(identify(name));
    if (group === undefined) groups.set(identify(name), [name, [value]]);
    else group[1].push(value);
  }
  return [...groups.values()];
}

/** Headers: names without regard to case, and sorted so (API Gateway, captured). */
export function groupHeaders(headers: readonly HeaderPair[]): readonly Group[] {
  return sortGroups(groupByName(headers, lowerCase), lowerCase);
}

export function sortGroups(
  groups: readonly Group[],
  identify: (name: string) => string = (name) => name,
): readonly Group[] {
  return groups.toSorted(([a], [b]) => (identify(a) < identify(b) ? -1 : 1));
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}

// Not by assignment: a client may send a header or parameter called __proto__.
export function lastValues(groups: readonly Group[]): Record<string, string> {
  return Object.fromEntries(groups.map(([name, values]) => [name, values.at(-1) ?? ""]));
}

export function allValues(groups: readonly Group[]): Record<string, readonly string[]> {
  return Object.fromEntries(groups);
}
