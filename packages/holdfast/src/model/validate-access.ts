import { HoldfastError } from "../base/errors.ts";
import type { ApiKey, Authorizer, Route, UsagePlan, WebSocketApi } from "./app-model.ts";
import { errorAbout, type Finding } from "./finding.ts";
import { parseIdentitySource } from "./identity-source.ts";
import { repeated, type Inventory, type Located, type LocatedIn } from "./inventory.ts";
import { checkRange, checkThrottling, ranges } from "./ranges.ts";

/** API Gateway's bounds on an API key's value. */
const keyLengths = { from: 20, to: 128 };

/** Who may connect: authorizers, keys and plans. Names that lead to functions are looked at by `checkReferences`. */
export function checkAccess(inventory: Inventory): readonly Finding[] {
  return [
    ...inventory.authorizers.flatMap(checkIdentitySources),
    ...inventory.routes.flatMap((route) => checkRoute(route, inventory)),
    ...inventory.apiKeys.flatMap((key) => checkKey(key, inventory)),
    ...checkSameValues(inventory.apiKeys),
    ...inventory.usagePlans.flatMap((plan) => checkPlan(plan, inventory)),
    ...checkPlansOfKeys(inventory.usagePlans),
  ];
}

function checkIdentitySources(authorizer: LocatedIn<Authorizer, WebSocketApi>): readonly Finding[] {
  return authorizer.value.identitySources.flatMap((source): readonly Finding[] => {
    try {
      parseIdentitySource(source);
      return [];
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return [errorAbout(authorizer, error.code, `${authorizer.title}: ${error.message}`, error.hint)];
    }
  });
}

function checkRoute(route: LocatedIn<Route, WebSocketApi>, inventory: Inventory): readonly Finding[] {
  return route.value.key === "$connect" ? checkConnect(route, inventory) : checkOtherRoute(route);
}

function checkConnect(route: LocatedIn<Route, WebSocketApi>, { usagePlans }: Inventory): readonly Finding[] {
  const { authorization, apiKeyRequired } = route.value;
  if (!apiKeyRequired) return [];
  const { name, apiKeySelectionExpression } = route.parent.value;
  const fromAuthorizer = apiKeySelectionExpression === "$context.authorizer.usageIdentifierKey";
  return [
    ...(fromAuthorizer && authorization.kind !== "authorizer"
      ? [
          errorAbout(
            route,
            "ACCESS_INVALID",
            `The API key of ${route.parent.title} is to come from an authorizer, and its $connect has none`,
          ),
        ]
      : []),
    ...(usagePlans.some(({ value }) => value.apis.includes(name) && value.keys.length > 0)
      ? []
      : [
          warningAbout(
            route,
            "ACCESS_INVALID",
            `${route.parent.title} asks for an API key, and no usage plan has one for it: nobody can connect`,
          ),
        ]),
  ];
}

function checkOtherRoute(route: LocatedIn<Route, WebSocketApi>): readonly Finding[] {
  const { authorization, apiKeyRequired } = route.value;
  const only = (what: string): string => `${route.title} ${what}; only $connect can`;
  return [
    ...(authorization.kind === "authorizer"
      ? [errorAbout(route, "ACCESS_INVALID", only("has an authorizer"))]
      : []),
    // API Gateway takes it and never asks (users' reports).
    ...(authorization.kind === "iam"
      ? [warningAbout(route, "ACCESS_INVALID", only("asks for IAM authorization, which nobody checks"))]
      : []),
    ...(apiKeyRequired ? [errorAbout(route, "ACCESS_INVALID", only("asks for an API key"))] : []),
  ];
}

function checkKey(key: Located<ApiKey>, { secrets }: Inventory): readonly Finding[] {
  const { source } = key.value;
  if (source.kind === "secret")
    return secrets.some(({ value }) => value.name === source.secret)
      ? []
      : [unknownReference(key, `the secret "${source.secret}"`)];
  const { length } = source.value;
  const { from, to } = keyLengths;
  if (length === 0) return [errorAbout(key, "ACCESS_INVALID", `The value of ${key.title} is empty`)];
  if (length >= from && length <= to) return [];
  const message = `The value of ${key.title} has ${length} characters; API Gateway takes ${from} to ${to}`;
  return [warningAbout(key, "LIMIT_INVALID", message)];
}

function checkSameValues(keys: readonly Located<ApiKey>[]): readonly Finding[] {
  return repeated(keys, ({ value: { source } }) => JSON.stringify(source)).map((key) =>
    errorAbout(key, "ACCESS_INVALID", `${key.title} has the value of another key`),
  );
}

function checkPlan(plan: Located<UsagePlan>, { apiKeys, webSocketApis }: Inventory): readonly Finding[] {
  const { keys, apis, throttling, quota } = plan.value;
  const unknownKeys = keys.filter((name) => !apiKeys.some(({ value }) => value.name === name));
  const unknownApis = apis.filter((name) => !webSocketApis.some(({ value }) => value.name === name));
  return [
    ...unknownKeys.map((name) => unknownReference(plan, `the API key "${name}"`)),
    ...unknownApis.map((name) => unknownReference(plan, `the WebSocket API "${name}"`)),
    ...checkThrottling(plan, throttling),
    ...checkRange(plan, "quota.requests", quota?.requests, ranges.quotaRequests),
  ];
}

/** API Gateway holds a key to one plan an API (documented). */
function checkPlansOfKeys(plans: readonly Located<UsagePlan>[]): readonly Finding[] {
  const uses = plans.flatMap((plan) =>
    plan.value.keys.flatMap((key) => plan.value.apis.map((api) => ({ plan, key, api }))),
  );
  return repeated(uses, ({ key, api }) => JSON.stringify([key, api])).map(({ plan, key, api }) =>
    errorAbout(
      plan,
      "ACCESS_INVALID",
      `${plan.title} has the key "${key}" for the WebSocket API "${api}", which another plan has too`,
    ),
  );
}

function unknownReference(located: Located<unknown>, what: string): Finding {
  return errorAbout(
    located,
    "REFERENCE_UNKNOWN",
    `${located.title} refers to ${what}, which is not declared`,
  );
}

function warningAbout(...given: Parameters<typeof errorAbout>): Finding {
  return { ...errorAbout(...given), severity: "warning" };
}
