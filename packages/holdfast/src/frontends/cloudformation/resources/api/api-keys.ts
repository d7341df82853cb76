import type { ApiKey, Quota, Throttling, UsagePlan, WebSocketApi } from "../../../../model/app-model.ts";
import { leadsTo, warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { nameOf, stableId } from "../physical-names.ts";
import { propertiesOf, type Properties } from "../properties.ts";
import { readThrottling } from "./throttling.ts";

export interface ReadKeys {
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
}

/** A WebSocket API, as the template has it and as the model does. */
export interface ReadApi {
  readonly resource: ResolvedResource;
  readonly model: WebSocketApi;
}

/** The usage plans of WebSocket APIs and their keys. Other APIs' keys are asked for by nobody here. */
export function readApiKeys(webSocketApis: readonly ReadApi[], set: ResourceSet): ReadKeys {
  const plans = set.ofType("AWS::ApiGateway::UsagePlan").map((plan) => ({
    plan,
    apis: apisOf(plan, webSocketApis, set),
    keys: keysOf(plan, set),
  }));
  const used = plans.filter(({ apis }) => apis.length > 0);
  const apiKeys = set.ofType("AWS::ApiGateway::ApiKey");
  for (const key of apiKeys)
    if (!plans.some(({ keys }) => keys.includes(key)))
      warnOfDifference(set, key.path, `${key.logicalId} opens nothing: it is in no usage plan`);
  return {
    apiKeys: apiKeys
      .filter((key) => used.some(({ keys }) => keys.includes(key)))
      .map((key) => readKey(key, set)),
    usagePlans: used.map(({ plan, apis, keys }) => readPlan(plan, apis, keys.map(nameOf), set)),
  };
}

function keysOf(plan: ResolvedResource, set: ResourceSet): readonly ResolvedResource[] {
  return set
    .ofType("AWS::ApiGateway::UsagePlanKey")
    .filter((one) => leadsTo(set, one.properties.UsagePlanId, plan))
    .flatMap((one) => set.find(one.properties.KeyId, "AWS::ApiGateway::ApiKey") ?? []);
}

function apisOf(
  plan: ResolvedResource,
  webSocketApis: readonly ReadApi[],
  set: ResourceSet,
): readonly string[] {
  const stages = propertiesOf(plan, set.problems).objects("ApiStages");
  return webSocketApis
    .filter(({ resource, model }) =>
      stages.some(
        ({ value }) => leadsTo(set, value.ApiId, resource) && value.Stage === (model.stage ?? value.Stage),
      ),
    )
    .map(({ model }) => model.name);
}

function readKey(key: ResolvedResource, set: ResourceSet): ApiKey {
  const properties = propertiesOf(key, set.problems);
  const enabled = properties.flag("Enabled") ?? false;
  if (!enabled)
    warnOfDifference(
      set,
      key.path,
      `${key.logicalId} opens nothing, here as on AWS: its Enabled is not true`,
      "Set Enabled: true.",
    );
  const value = properties.text("Value") ?? madeUpValue(key, set);
  return { name: nameOf(key), source: { kind: "value", value }, enabled };
}

/** On AWS it would be a secret; here it is the same each time, so that it can be written into tests. */
function madeUpValue(key: ResolvedResource, set: ResourceSet): string {
  const value = stableId(`api-key ${set.appName} ${key.logicalId}`, 40);
  warnOfDifference(
    set,
    key.path,
    `${key.logicalId} has no Value, which AWS would make; here it is ${value}`,
    "Give it a Value to have one of your own.",
  );
  return value;
}

function readPlan(
  plan: ResolvedResource,
  apis: readonly string[],
  keys: readonly string[],
  set: ResourceSet,
): UsagePlan {
  const properties = propertiesOf(plan, set.problems);
  const throttling = readPlanThrottling(properties.object("Throttle"));
  const quota = readQuota(plan, properties.object("Quota"), set);
  return {
    name: nameOf(plan),
    keys,
    apis,
    ...(throttling !== undefined && { throttling }),
    ...(quota !== undefined && { quota }),
  };
}

function readPlanThrottling(settings: Properties | undefined): Throttling | undefined {
  return readThrottling(settings?.number("RateLimit"), settings?.number("BurstLimit"));
}

const periods = { DAY: "day", WEEK: "week", MONTH: "month" } as const;

function readQuota(
  plan: ResolvedResource,
  settings: Properties | undefined,
  set: ResourceSet,
): Quota | undefined {
  if (settings === undefined) return undefined;
  settings.require("Limit", "Period");
  const requests = settings.number("Limit");
  const period = settings.choice("Period", ["DAY", "WEEK", "MONTH"]);
  if ((settings.number("Offset") ?? 0) !== 0)
    warnOfDifference(
      set,
      [...settings.path, "Offset"],
      `The quota of ${plan.logicalId} starts without its Offset`,
    );
  return requests === undefined || period === undefined ? undefined : { requests, period: periods[period] };
}
