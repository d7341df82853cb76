import { HoldfastError } from "../base/errors.ts";
import type { Route, WebSocketApi } from "../model/app-model.ts";
import {
  parseSelectionExpression,
  selectRouteKey,
  type SelectionExpression,
} from "../model/selection-expression.ts";
import type { FunctionCall } from "./function-call.ts";
import type { ClientMessage } from "./gateway.ts";
import { compileIntegration, integrationName } from "./integrations/compile-integration.ts";
import type { IntegrationSurroundings } from "./integrations/integration.ts";
import { RequestChecks } from "./request-models/request-check.ts";

/** An API's routes, ready to be looked up. */
export interface RouteTable {
  readonly expression: SelectionExpression;
  readonly connect?: GatewayRoute;
  readonly disconnect?: GatewayRoute;
  /** Holdfast's extension: what runs once a connection is open. */
  readonly open?: GatewayRoute;
  readonly default?: GatewayRoute;
  readonly custom: ReadonlyMap<string, GatewayRoute>;
}

export interface GatewayRoute extends FunctionCall {
  readonly key: string;
  readonly responds: boolean;
  readonly ordered: boolean;
}

/**
 * Throws `MODEL_UNSUPPORTED` for what this gateway does not do yet, rather than leave out a check that the model asks
 * for; `MAPPING_TEMPLATE_INVALID`, `MODEL_SCHEMA_INVALID` and `EXPRESSION_INVALID` for what cannot be read.
 */
export function compileRoutes(api: WebSocketApi, surroundings: IntegrationSurroundings): RouteTable {
  const checks = new RequestChecks(api);
  const routes = new Map(
    api.routes.map((route) => [route.key, compileRoute(api, route, checks, surroundings)]),
  );
  const [connect, disconnect, fallback] = ["$connect", "$disconnect", "$default"].map((key) => {
    const route = routes.get(key);
    routes.delete(key);
    return route;
  });
  return {
    expression: parseSelectionExpression(api.routeSelectionExpression),
    ...(connect !== undefined && { connect }),
    ...(disconnect !== undefined && { disconnect }),
    ...(api.onOpen !== undefined && { open: openRoute(api, api.onOpen) }),
    ...(fallback !== undefined && { default: fallback }),
    custom: routes,
  };
}

function compileRoute(
  api: WebSocketApi,
  route: Route,
  checks: RequestChecks,
  surroundings: IntegrationSurroundings,
): GatewayRoute {
  const { key, integration, responds, ordered } = route;
  if (key !== "$connect" && route.authorization.kind === "authorizer")
    throw unsupported(api, `the authorizer of route "${key}"`);
  if (key !== "$connect" && route.apiKeyRequired) throw unsupported(api, `the API key of route "${key}"`);
  const { integrationTimeoutMs } = api.limits;
  const timeoutMs = integration.kind === "mock" ? undefined : integration.timeoutMs;
  return {
    key,
    kind: integration.kind === "function" ? "function" : "integration",
    function: integrationName(integration),
    responds,
    ordered,
    timeoutMs: Math.min(timeoutMs ?? integrationTimeoutMs, integrationTimeoutMs),
    execute: compileIntegration(integration, checks.compile(route), surroundings),
  };
}

/** Its key is for logs: no message can ask for it, nor is it one of API Gateway's. */
function openRoute({ limits }: WebSocketApi, name: string): GatewayRoute {
  return {
    key: "onOpen",
    kind: "function",
    function: name,
    responds: false,
    ordered: false,
    timeoutMs: limits.integrationTimeoutMs,
    execute: undefined,
  };
}

function unsupported(api: WebSocketApi, what: string): HoldfastError {
  return new HoldfastError(
    "MODEL_UNSUPPORTED",
    `The gateway cannot serve the WebSocket API "${api.name}": it does not do ${what} yet`,
  );
}

/** The route a message takes, or why there is none. */
export function selectRoute(table: RouteTable, message: ClientMessage): GatewayRoute | NoRoute {
  if (typeof message !== "string")
    return table.default ?? { noRoute: "The message is binary, and there is no $default route" };
  const key = selectRouteKey(table.expression, message);
  if (key === undefined)
    return table.default ?? { noRoute: "The message is not JSON, and there is no $default route" };
  // Whether API Gateway would run these for a message is not known; a client must not fake its own coming and going.
  if (key === "$connect" || key === "$disconnect")
    return { noRoute: `A message cannot take the route "${key}"` };
  const route = table.custom.get(key) ?? table.default;
  if (route !== undefined) return route;
  const { text } = table.expression;
  const missed = key === "" ? `${text} is missing in the message` : `There is no route "${shorten(key)}"`;
  return { noRoute: `${missed}, and there is no $default route` };
}

/** API Gateway answers `Forbidden` to such a message, and says no more. */
export interface NoRoute {
  readonly noRoute: string;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** For the log: what a message could have asked for. */
export function routeKeys(table: RouteTable): readonly string[] {
  return [...table.custom.keys(), ...(table.default === undefined ? [] : ["$default"])];
}
