/** Whom a statement of a resource's policy is about. */
export interface Principals {
  /** `NotPrincipal`: everybody but these. */
  readonly negated: boolean;
  readonly everybody: boolean;
  /** Accounts, roles, sessions: as the policy has them. */
  readonly aws: readonly string[];
  /** Such as `sns.amazonaws.com`. */
  readonly services: readonly string[];
}

/** Who asks: a role at work, or a service of AWS's by itself. */
export type Requester =
  | {
      readonly kind: "role";
      readonly accountId: string;
      readonly roleArn: string;
      /** `arn:aws:sts::{account}:assumed-role/{role}/{session}`. */
      readonly sessionArn: string;
    }
  | { readonly kind: "service"; readonly service: string };

/**
 * How a statement is about somebody: by itself; or as one of its account, which lets the account say who may and does
 * not by itself let anybody (IAM, documented); or not at all.
 */
export type PrincipalMatch = "itself" | "account" | "none";

export function matchPrincipal(principals: Principals, requester: Requester): PrincipalMatch {
  const match = matchNamed(principals, requester);
  if (!principals.negated) return match;
  if (requester.kind === "service") return match === "none" ? "itself" : "none";
  // Who is to be left out of a denial must be named as a role, and its account too (documented).
  const isLeftOut =
    match === "itself" && (principals.everybody || namesAccount(principals, requester.accountId));
  return isLeftOut ? "none" : "itself";
}

function matchNamed(principals: Principals, requester: Requester): PrincipalMatch {
  if (principals.everybody) return "itself";
  if (requester.kind === "service")
    return principals.services.includes(requester.service) ? "itself" : "none";
  const { roleArn, sessionArn, accountId } = requester;
  if (principals.aws.includes(roleArn) || principals.aws.includes(sessionArn)) return "itself";
  return namesAccount(principals, accountId) ? "account" : "none";
}

function namesAccount({ aws }: Principals, accountId: string): boolean {
  return aws.some((one) => one === accountId || new RegExp(`^arn:[\\w-]+:iam::${accountId}:root$`).test(one));
}
