import type { Throttling } from "../../../../model/app-model.ts";

/** API Gateway's account quotas (documented), which hold where only one of the two is said. */
const accountThrottling: Throttling = { ratePerSecond: 10_000, burst: 5000 };

/** Undefined when neither is said. */
export function readThrottling(
  ratePerSecond: number | undefined,
  burst: number | undefined,
): Throttling | undefined {
  if (ratePerSecond === undefined && burst === undefined) return undefined;
  return {
    ratePerSecond: ratePerSecond ?? accountThrottling.ratePerSecond,
    burst: burst ?? accountThrottling.burst,
  };
}
