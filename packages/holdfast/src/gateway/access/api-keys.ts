import { hash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { UsagePlan } from "../../model/app-model.ts";
import { QuotaCount } from "./quota-count.ts";
import { isSame } from "./throttles.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A key whose value has been fetched from where it is kept. */
export interface ReadApiKey {
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

export type KeyCheck =
  | { readonly kind: "ok"; readonly keyName: string }
  | { readonly kind: "missing" | "unknown" }
  | { readonly kind: "disabled" | "no-plan"; readonly keyName: string }
  | { readonly kind: "throttled" | "quota"; readonly keyName: string; readonly plan: UsagePlan };

/** The keys and usage plans of an app, and what is used of them: one for all of its APIs, as plans are shared. */
export class ApiKeys {
  readonly #clock: Clock;
  /** By the hash of the value, so that how long a look-up takes tells nothing of values. */
  #keys: ReadonlyMap<string, ReadApiKey> = new Map();
  #plans: readonly UsagePlan[] = [];
  /** By plan and key. What was used stays used when keys and plans are defined anew, though not over a restart. */
  #usages = new Map<string, Usage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  define(keys: readonly ReadApiKey[], plans: readonly UsagePlan[]): void {
    this.#keys = new Map(keys.map((key) => [digest(key.value), key]));
    this.#plans = plans;
    const before = this.#usages;
    this.#usages = new Map(
      plans.flatMap((plan) =>
        plan.keys.map((key) => {
          const name = usageName(plan.name, key);
          return [name, this.#usageOf(plan, before.get(name))] as const;
        }),
      ),
    );
  }

  /** Whether a key opens an API now; if so, that is one use of it. */
  use(value: string | undefined, apiName: string): KeyCheck {
    if (value === undefined || value === "") return { kind: "missing" };
    const key = this.#keys.get(digest(value));
    if (key === undefined) return { kind: "unknown" };
    const keyName = key.name;
    if (!key.enabled) return { kind: "disabled", keyName };
    const plan = this.#plans.find(({ apis, keys }) => apis.includes(apiName) && keys.includes(keyName));
    const usage = plan && this.#usages.get(usageName(plan.name, keyName));
    if (plan === undefined || usage === undefined) return { kind: "no-plan", keyName };
    const nowMs = this.#clock.now();
    // Whether API Gateway counts against the quota what it throttles is not known; here that is free.
    if (plan.quota !== undefined && usage.count.isUsedUp(plan.quota, nowMs))
      return { kind: "quota", keyName, plan };
    if (usage.bucket?.take(nowMs) === false) return { kind: "throttled", keyName, plan };
    usage.count.use();
    return { kind: "ok", keyName };
  }

  #usageOf({ throttling }: UsagePlan, before: Usage | undefined): Usage {
    if (before !== undefined && isSame(before.throttling, throttling)) return before;
    return {
      count: before?.count ?? new QuotaCount(),
      throttling,
      bucket: throttling && new TokenBucket(throttling, this.#clock.now()),
    };
  }
}

interface Usage {
  readonly count: QuotaCount;
  readonly throttling: UsagePlan["throttling"];
  readonly bucket: TokenBucket | undefined;
}

function usageName(plan: string, key: string): string {
  return JSON.stringify([plan, key]);
}

function digest(value: string): string {
  return hash("sha256", value, "base64");
}
