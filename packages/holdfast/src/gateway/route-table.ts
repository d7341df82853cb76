import { HoldfastError } from "../base/errors.ts";
import type { Route, WebSocketApi } from "../model/app-model.ts";
import {
  parseSelectionExpression,
  selectRouteKey,
  type SelectionExpression,
} from "../model/selection-expression.ts";

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

export interface GatewayRoute {
  readonly key: string;
  readonly function: string;
  readonly responds: boolean;
  readonly ordered: boolean;
  readonly timeoutMs: number;
}

/** Throws `MODEL_UNSUPPORTED` for what this gateway does not do yet, rather than leave out a check that the model asks for. */
export function compileRoutes(api: WebSocketApi): RouteTable {
  const routes = new Map(api.routes.map((route) => [route.key, compileRoute(api, route)]));
  const [connect, disconnect, fallback] = ["$connect", "$disconnect", "$default"].map((key) => {
    const route = routes.get(key);
    routes.delete(key);
    return route;
  });
  if (api.throttling !== undefined) throw unsupported(api, "throttling");
  return {
    expression: parseSelectionExpression(api.routeSelectionExpression),
    ...(connect !== undefined && { connect }),
    ...(disconnect !== undefined && { disconnect }),
    ...(api.onOpen !== undefined && { open: openRoute(api, api.onOpen) }),
    ...(fallback !== undefined && { default: fallback }),
    custom: routes,
  };
}

/** Request models that the function enforces by itself are none of the gateway's business. */
function hasModelToEnforce(api: WebSocketApi, route: Route): boolean {
  const names = Object.values(route.requestModels);
  if (names.length === 0) return route.modelSelectionExpression !== undefined;
  return names.some((name) => api.models.find((model) => model.name === name)?.enforcedBy !== "function");
}

function compileRoute(api: WebSocketApi, route: Route): GatewayRoute {
  const { key, integration, responds, ordered } = route;
  if (integration.kind !== "function" || !integration.proxy)
    throw unsupported(api, `the ${integration.kind} integration of route "${key}"`);
  if (route.authorization.kind !== "none") throw unsupported(api, `the authorization of route "${key}"`);
  if (route.apiKeyRequired) throw unsupported(api, `the API key of route "${key}"`);
  if (hasModelToEnforce(api, route)) throw unsupported(api, `the request models of route "${key}"`);
  if (route.throttling !== undefined) throw unsupported(api, `the throttling of route "${key}"`);
  const { integrationTimeoutMs } = api.limits;
  return {
    key,
    function: integration.function,
    responds,
    ordered,
    timeoutMs: Math.min(integration.timeoutMs ?? integrationTimeoutMs, integrationTimeoutMs),
  };
}

/** Its key is for logs: no message can ask for it, nor is it one of API Gateway's. */
function openRoute({ limits }: WebSocketApi, name: string): GatewayRoute {
  return {
    key: "onOpen",
    function: name,
    responds: false,
    ordered: false,
    timeoutMs: limits.integrationTimeoutMs,
  };
}

function unsupported(api: WebSocketApi, what: string): HoldfastError {
  return new HoldfastError(
    "MODEL_UNSUPPORTED",
    `The gateway cannot serve the WebSocket API "${api.name}": it does not do ${what} yet`,
  );
}

/** The route a message takes, or why there is none. */
export function selectRoute(table: RouteTable, body: string): GatewayRoute | NoRoute {
  const key = selectRouteKey(table.expression, body);
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
