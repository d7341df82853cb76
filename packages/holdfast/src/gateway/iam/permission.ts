import { maskAccount } from "./api-arn.ts";
import type { Caller } from "./authenticate.ts";
import type { ConditionValues } from "../../model/iam/condition-context.ts";
import { evaluatePolicy, type Decision } from "../../model/iam/policy.ts";

/** Why a caller may not do something: what it hears, and what the log says. */
export interface Denial {
  readonly message: string;
  readonly cause: string;
}

/** Whether a caller may do this, judged by its policy; undefined when it may, as may whoever has no policy. */
export function checkPermission(
  { userArn, policy }: Caller,
  action: string,
  resource: string,
  values: ConditionValues = {},
): Denial | undefined {
  if (policy === undefined) return undefined;
  const decision = evaluatePolicy(policy, action, resource, { values });
  if (decision === "allow") return undefined;
  return {
    message: `User: ${userArn} is not authorized to perform: ${action} on resource: ${maskAccount(resource)} ${describeDenial(decision, action)}`,
    cause:
      decision === "explicit-deny"
        ? `the policy of ${userArn} denies it`
        : `no policy of ${userArn} allows it`,
  };
}

/**
 * How API Gateway ends a refusal. Captured with an authorizer's policy; of a policy of the caller's session it says
 * "session" instead, and that one of its identity's is spoken of so, too, is not known.
 */
export function describeDenial(decision: Exclude<Decision, "allow">, action: string): string {
  return decision === "explicit-deny"
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${action} action`;
}
