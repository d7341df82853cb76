import { evaluatePolicy, evaluateResourcePolicy, type Access, type Policy } from "./policy.ts";
import type { Requester } from "./principal.ts";

/** Everything that says whether something may be done. */
export interface PoliciesOfAccess {
  /** Those of who asks; services of AWS's have none. */
  readonly identity: readonly Policy[];
  /** That of the resource, where it has one. */
  readonly resource?: Policy;
}

export type Verdict =
  | { readonly decision: "allow" }
  /** A statement says no. */
  | { readonly decision: "explicit-deny"; readonly in: "identity" | "resource" }
  /** No statement says yes. */
  | { readonly decision: "implicit-deny" };

/**
 * Decides by both kinds of policy, as IAM does within one account (documented): what either denies is denied; what either
 * allows is allowed. A resource's policy that names the account leaves it to the identity's.
 */
export function decideAccess(
  access: Access,
  requester: Requester,
  { identity, resource }: PoliciesOfAccess,
): Verdict {
  const { action, resource: arn, context } = access;
  const ofIdentity = identity.map((policy) => evaluatePolicy(policy, action, arn, context));
  if (ofIdentity.includes("explicit-deny")) return { decision: "explicit-deny", in: "identity" };
  const ofResource = resource && evaluateResourcePolicy(resource, access, requester);
  if (ofResource === "explicit-deny") return { decision: "explicit-deny", in: "resource" };
  const isAllowed = ofIdentity.includes("allow") || ofResource === "allow";
  return { decision: isAllowed ? "allow" : "implicit-deny" };
}
