import type { Registry } from "./registry.ts";
import type { Secret } from "./secret.ts";
import type { UsagePlanOptions } from "./usage-plan-draft.ts";

/** Where a key's value is, and what its holder may do. */
export type ApiKeyOptions = (
  | { readonly secret: Secret }
  /** For keys that are none: of tests and examples. */
  | { readonly value: string }
) & {
  /** One that allows everything, unless said. */
  readonly plan?: UsagePlan;
  /** `false` refuses the key. */
  readonly enabled?: boolean;
};

/** What the holders of some keys may do. */
export interface UsagePlan {
  readonly name: string;
}

export function addUsagePlan(registry: Registry, name: string, options: UsagePlanOptions): UsagePlan {
  registry.note(`usage-plan:${name}`);
  registry.usagePlans.push({ name, options, keys: [] });
  return { name };
}

const defaultPlan = "default";

export function addApiKey(registry: Registry, name: string, options: ApiKeyOptions): void {
  registry.note(`api-key:${name}`);
  registry.apiKeys.push({
    name,
    source:
      "secret" in options
        ? { kind: "secret", secret: options.secret.name }
        : { kind: "value", value: options.value },
    enabled: options.enabled ?? true,
  });
  const planName = options.plan?.name ?? defaultPlan;
  const plan = registry.usagePlans.find((one) => one.name === planName);
  if (plan !== undefined) plan.keys.push(name);
  else registry.usagePlans.push({ name: planName, options: {}, keys: [name] });
}
