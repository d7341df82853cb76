import { HoldfastError } from "../base/errors.ts";
import { parseAccessLogFormat, unknownVariables } from "./access-log-format.ts";
import type { Integration, Mapping, Route, WebSocketApi, WebSocketLimits } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { byParent, repeated, type Inventory, type Located, type LocatedIn } from "./inventory.ts";
import { checkRange, checkThrottling, limitRanges, ranges } from "./ranges.ts";
import { parseSelectionExpression, type VariableSource } from "./selection-expression.ts";

/** API Gateway's bound on route keys. */
const maximumRouteKeyLength = 128;
const predefinedKeys = ["$connect", "$disconnect", "$default"];
const apiKeySelectionExpressions = ["$request.header.x-api-key", "$context.authorizer.usageIdentifierKey"];

/** Routes, expressions and limits of WebSocket APIs. Their paths are looked at by `checkPort`. */
export function checkWebSocketApis(inventory: Inventory): readonly Finding[] {
  return [
    ...inventory.webSocketApis.flatMap(checkApi),
    ...inventory.routes.flatMap(checkRoute),
    ...byParent(inventory.routes)
      .flatMap((routes) => repeated(routes, ({ value }) => value.key))
      .map(toDuplicateRoute),
  ];
}

function checkApi(api: Located<WebSocketApi>): readonly Finding[] {
  const { routeSelectionExpression, apiKeySelectionExpression, limits, throttling } = api.value;
  return [
    ...checkExpression(api, "route selection expression", routeSelectionExpression, ["request.body"]),
    ...checkApiKeyExpression(api, apiKeySelectionExpression),
    ...limitNames.flatMap((name) => checkRange(api, `limits.${name}`, limits[name], limitRanges[name])),
    ...checkThrottling(api, throttling),
    ...checkCount(api, "routes"),
    ...checkCount(api, "authorizers"),
    ...checkAccessLog(api),
  ];
}

/** API Gateway's quotas of an API, which its limits may change. */
function checkCount(api: Located<WebSocketApi>, what: "routes" | "authorizers"): readonly Finding[] {
  const count = api.value[what].length;
  const allowed = api.value.limits[what];
  if (count <= allowed) return [];
  const message = `${api.title} has ${count} ${what}; limits.${what} allows ${allowed}`;
  return [errorAbout(api, "LIMIT_INVALID", message)];
}

function checkAccessLog(api: Located<WebSocketApi>): readonly Finding[] {
  const { accessLogFormat, limits } = api.value;
  if (accessLogFormat === undefined) return [];
  try {
    const unknown = unknownVariables(parseAccessLogFormat(accessLogFormat, limits.accessLogFormatBytes));
    if (unknown.length === 0) return [];
    const names = unknown.map((name) => `$context.${name}`).join(", ");
    const message = `The access log of ${api.title} will show "-" for ${names}: WebSocket APIs have no such variable`;
    return [{ ...errorAbout(api, "ACCESS_LOG_FORMAT_INVALID", message), severity: "warning" }];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [errorAbout(api, error.code, `${api.title}: ${error.message}`)];
  }
}

const limitNames = Object.keys(limitRanges) as readonly (keyof WebSocketLimits)[];

function checkRoute(route: LocatedIn<Route, WebSocketApi>): readonly Finding[] {
  const { key, integration, modelSelectionExpression, throttling } = route.value;
  const timeoutMs = integration.kind === "mock" ? undefined : integration.timeoutMs;
  return [
    ...checkRouteKey(route, key),
    ...checkRange(route, "integration.timeoutMs", timeoutMs, ranges.integrationTimeoutMs),
    ...checkExpression(route, "model selection expression", modelSelectionExpression, ["request.body"]),
    ...checkMapping(route, integration),
    ...checkThrottling(route, throttling),
  ];
}

function checkRouteKey(route: LocatedIn<Route, WebSocketApi>, key: string): readonly Finding[] {
  const why = routeKeyProblem(key);
  if (why === undefined) return [];
  const message = `The route key "${key.slice(0, 200)}" of ${route.parent.title} cannot be used: ${why}`;
  return [errorAbout(route, "ROUTE_KEY_INVALID", message)];
}

function routeKeyProblem(key: string): string | undefined {
  if (predefinedKeys.includes(key)) return undefined;
  if (key === "") return "it is empty";
  if (key.startsWith("$")) return `only ${predefinedKeys.join(", ")} start with $`;
  if (key.length > maximumRouteKeyLength) return `it is longer than ${maximumRouteKeyLength} characters`;
  return undefined;
}

function toDuplicateRoute(route: LocatedIn<Route, WebSocketApi>): Finding {
  const message = `The route key "${route.value.key}" stands twice in ${route.parent.title}`;
  return errorAbout(route, "ROUTE_DUPLICATE", message);
}

function checkMapping(route: Located<Route>, { mapping }: Integration): readonly Finding[] {
  if (mapping === undefined) return [];
  return templateExpressions(mapping).flatMap(({ expression, sources }) =>
    checkExpression(route, "template selection expression", expression, sources),
  );
}

function templateExpressions({ templateSelectionExpression, responses }: Mapping) {
  const ofRequest = { expression: templateSelectionExpression, sources: ["request.body"] as const };
  const ofResponses = responses.map((response) => ({
    expression: response.templateSelectionExpression,
    sources: responseSources,
  }));
  return [ofRequest, ...ofResponses];
}

/** What the response's template may be chosen by, by AWS's guide. */
const responseSources = [
  "request.body",
  "integration.response.statuscode",
  "integration.response.header",
  "integration.response.multivalueheader",
] as const satisfies readonly VariableSource[];

function checkExpression(
  located: Located<unknown>,
  what: string,
  expression: string | undefined,
  allowed: readonly VariableSource[],
): readonly Finding[] {
  if (expression === undefined) return [];
  const invalid = (why: string) => [
    errorAbout(located, "EXPRESSION_INVALID", `The ${what} of ${located.title} cannot be used. ${why}`),
  ];
  try {
    const foreign = parseSelectionExpression(expression).parts.find(
      (part) => part.kind === "variable" && !allowed.includes(part.source),
    );
    if (foreign === undefined) return [];
    return invalid(`"${expression}" may only use ${allowed.map((source) => `$${source}`).join(", ")}`);
  } catch (error) {
    if (error instanceof HoldfastError) return invalid(error.message);
    throw error;
  }
}

function checkApiKeyExpression(
  api: Located<WebSocketApi>,
  expression: string | undefined,
): readonly Finding[] {
  if (expression === undefined || apiKeySelectionExpressions.includes(expression)) return [];
  const allowed = apiKeySelectionExpressions.join(" or ");
  const message = `The API key selection expression of ${api.title} is "${expression}"; it may be ${allowed}`;
  return [errorAbout(api, "EXPRESSION_INVALID", message, `Write ${allowed}.`)];
}
