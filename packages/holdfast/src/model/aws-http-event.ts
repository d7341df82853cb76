import {
  formatRequestTime,
  groupByName,
  groupHeaders,
  allValues,
  lastValues,
  type Group,
} from "./aws-event-parts.ts";
import type { HttpRouteOnAws } from "./aws-resources.ts";
import type { HttpEvent } from "./gateway-event.ts";

/** Where on AWS the event is made. */
interface Place {
  readonly accountId: string;
}

/** What an HTTP or REST API of API Gateway's hands to a Lambda function. */
export type AwsHttpEvent = AwsHttpEventV1 | AwsHttpEventV2;

/** Payload 1.0, that of REST APIs. */
export interface AwsHttpEventV1 {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  /** In the client's spelling; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  /** Null without a query, as are the others where there is nothing. */
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** Payload 2.0, that of HTTP APIs and of function URLs. What would be empty is absent. */
export interface AwsHttpEventV2 {
  readonly version: "2.0";
  readonly routeKey: string;
  /** With the stage, unless that is `$default`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  /** Names in lower case; repeated values behind each other, with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** Of routes that are none of API Gateway's. */
const plainRoute: HttpRouteOnAws = { payload: "2.0", apiId: "local", stage: "$default" };

/**
 * The event as API Gateway gives it to a function (documented, key by key). That a body which is UTF-8 counts as text
 * is Holdfast's choice: API Gateway goes by the content type, and REST APIs by a list of their own.
 */
export function toAwsHttpEvent(event: HttpEvent, place: Place): AwsHttpEvent {
  const route = event.aws ?? plainRoute;
  const facts = { event, route, place, url: new URL(event.url) };
  return route.payload === "1.0" ? toVersion1(facts) : toVersion2(facts);
}

interface Facts extends Readonly<{ event: HttpEvent; route: HttpRouteOnAws; place: Place; url: URL }> {}

function toVersion1({ event, route, place, url }: Facts): AwsHttpEventV1 {
  const { method, requestId, requestTimeMs, sourceIp, body, pathParameters } = event;
  const headers = groupHeaders(forwardedHeaders(event, url));
  const query = groupByName([...url.searchParams]);
  const path = withoutStage(url.pathname, route);
  const resource = withoutStage(pathOf(event.routeKey), route);
  return {
    resource,
    path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: query.length > 0 ? lastValues(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? allValues(query) : null,
    pathParameters: orNull(pathParameters),
    stageVariables: route.stageVariables ?? null,
    requestContext: {
      resourceId: route.apiId,
      resourcePath: resource,
      httpMethod: method,
      extendedRequestId: requestId,
      requestTime: formatRequestTime(requestTimeMs),
      path: url.pathname,
      accountId: place.accountId,
      protocol: "HTTP/1.1",
      stage: route.stage,
      domainPrefix: domainPrefix(url),
      requestTimeEpoch: requestTimeMs,
      requestId,
      identity: { ...noIdentity, sourceIp, userAgent: headerOf(event, "user-agent") ?? null },
      domainName: url.host,
      apiId: route.apiId,
    },
    body: body === "" ? null : body,
    isBase64Encoded: event.isBase64Encoded,
  };
}

function toVersion2({ event, route, place, url }: Facts): AwsHttpEventV2 {
  const { method, requestId, requestTimeMs, sourceIp, body, pathParameters } = event;
  const [key = "", path = ""] = event.routeKey.split(" ", 2);
  const written = path === "" ? event.routeKey : `${key} ${withoutStage(path, route)}`;
  const routeKey = route.routeKey ?? written;
  const cookies = event.headers.flatMap(([name, value]) =>
    name.toLowerCase() === "cookie" ? value.split(/;\s*/).filter((one) => one !== "") : [],
  );
  const headers = groupHeaders(
    forwardedHeaders(event, url).filter(([name]) => name.toLowerCase() !== "cookie"),
  );
  const query = groupByName([...url.searchParams]);
  return {
    version: "2.0",
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookies.length > 0 && { cookies }),
    headers: joinedValues(headers.map(([name, values]) => [name.toLowerCase(), values])),
    ...(query.length > 0 && { queryStringParameters: joinedValues(query) }),
    requestContext: {
      accountId: place.accountId,
      apiId: route.apiId,
      domainName: url.host,
      domainPrefix: domainPrefix(url),
      http: {
        method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp,
        userAgent: headerOf(event, "user-agent") ?? "",
      },
      requestId,
      routeKey,
      stage: route.stage,
      time: formatRequestTime(requestTimeMs),
      timeEpoch: requestTimeMs,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(route.stageVariables !== undefined && { stageVariables: route.stageVariables }),
    ...(body !== "" && { body }),
    isBase64Encoded: event.isBase64Encoded,
  };
}

/** API Gateway says who asked, and how (documented). */
function forwardedHeaders({ headers, sourceIp }: HttpEvent, url: URL): HttpEvent["headers"] {
  const passed = headers
    .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
    .map(([, value]) => value);
  return [
    ...headers.filter(([name]) => !name.toLowerCase().startsWith("x-forwarded-")),
    ["X-Forwarded-For", [...passed, sourceIp].join(", ")],
    ["X-Forwarded-Port", url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port],
    ["X-Forwarded-Proto", url.protocol.slice(0, -1)],
  ];
}

/** Of a request that nobody signed. */
const noIdentity = {
  cognitoIdentityPoolId: null,
  accountId: null,
  cognitoIdentityId: null,
  caller: null,
  accessKey: null,
  cognitoAuthenticationType: null,
  cognitoAuthenticationProvider: null,
  userArn: null,
  user: null,
};

function withoutStage(path: string, { stage }: HttpRouteOnAws): string {
  const prefix = `/${stage}`;
  if (stage === "$default" || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || "/";
}

function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(" ") + 1);
}

function domainPrefix({ hostname }: URL): string {
  return hostname.split(".")[0] ?? "";
}

function headerOf({ headers }: HttpEvent, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

function joinedValues(groups: readonly Group[]): Record<string, string> {
  return Object.fromEntries(groups.map(([name, values]) => [name, values.join(",")]));
}

function orNull<Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | null {
  return Object.keys(values).length > 0 ? values : null;
}
