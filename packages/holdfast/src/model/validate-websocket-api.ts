import { HoldfastError } from "../base/errors.ts";
import type { Integration, Mapping, Route, Throttling, WebSocketApi, WebSocketLimits } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { byParent, repeated, type Inventory, type Located, type LocatedIn } from "./inventory.ts";
import { checkRange, limitRanges, ranges } from "./ranges.ts";
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
  ];
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

function checkThrottling(located: Located<unknown>, throttling: Throttling | undefined): readonly Finding[] {
  return [
    ...checkRange(located, "throttling.ratePerSecond", throttling?.ratePerSecond, ranges.ratePerSecond),
    ...checkRange(located, "throttling.burst", throttling?.burst, ranges.burst),
  ];
}
