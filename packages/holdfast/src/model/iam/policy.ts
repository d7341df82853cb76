import { holds, type Condition, type Holding } from "./condition.ts";
import type { ConditionContext } from "./condition-context.ts";
import { matchesGlob } from "./glob.ts";
import { substituteVariables } from "./policy-variables.ts";
import { matchPrincipal, type Principals, type Requester } from "./principal.ts";

/** An IAM policy, read. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: "allow" | "deny";
  /** In a resource's policy. */
  readonly principals?: Principals;
  readonly actions: Patterns;
  readonly resources: Patterns;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** `negated`: `NotAction` or `NotResource`, which is everything but what the patterns match. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
  /** Whether the patterns may hold policy variables. */
  readonly hasVariables: boolean;
}

/** `explicit-deny`: a statement denies it. `implicit-deny`: none allows it. */
export type Decision = "allow" | "explicit-deny" | "implicit-deny";

/** What somebody is about to do. */
export interface Access {
  /** Such as `execute-api:Invoke`. */
  readonly action: string;
  /** Such as `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/$connect`. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/**
 * Whether a policy of an identity allows something. A denial wins over all that allow (IAM, documented). Actions are
 * compared without regard to case; in resources `*` goes past colons and slashes. What depends on something that is
 * not known allows nothing, and denies.
 */
export function evaluatePolicy(
  policy: Policy,
  action: string,
  resource: string,
  context: ConditionContext = { values: {} },
): Decision {
  return decide(policy.statements, { action, resource, context });
}

/** The same of a resource's policy; `account`: it leaves it to the account's own policies. */
export function evaluateResourcePolicy(
  { statements }: Policy,
  access: Access,
  requester: Requester,
): Decision | "account" {
  const byMatch = Map.groupBy(statements, ({ principals }) =>
    principals === undefined ? "none" : matchPrincipal(principals, requester),
  );
  const itself = byMatch.get("itself") ?? [];
  const account = byMatch.get("account") ?? [];
  const decision = decide([...itself, ...account.filter(({ effect }) => effect === "deny")], access);
  if (decision !== "implicit-deny") return decision;
  return decide(account, access) === "allow" ? "account" : "implicit-deny";
}

function decide(statements: readonly Statement[], access: Access): Decision {
  let decision: Decision = "implicit-deny";
  for (const statement of statements) {
    const applies = appliesTo(statement, access);
    if (statement.effect === "deny" && applies !== "no") return "explicit-deny";
    if (statement.effect === "allow" && applies === "yes") decision = "allow";
  }
  return decision;
}

function appliesTo({ actions, resources, conditions }: Statement, access: Access): Holding {
  const { action, context } = access;
  const lowerCaseAction = action.toLowerCase();
  if (actions.patterns.some((one) => matchesGlob(one.toLowerCase(), lowerCaseAction)) === actions.negated)
    return "no";
  let whole = coversResource(resources, access);
  for (const condition of conditions) {
    if (whole === "no") return "no";
    const held = holds(condition, context);
    if (held !== "yes") whole = held;
  }
  return whole;
}

function coversResource(
  { negated, patterns, hasVariables }: Patterns,
  { resource, context }: Access,
): Holding {
  const given = hasVariables
    ? patterns.map((pattern) => substituteVariables(pattern, context))
    : patterns.map((text) => ({ kind: "text", text }) as const);
  const matches = given.some((one) => one.kind === "text" && matchesGlob(one.text, resource));
  if (matches) return negated ? "no" : "yes";
  // What is left out of `NotResource` must be known; what `Resource` names and is not there is not meant.
  const isUnknown = given.some(({ kind }) => kind === "unknown" || (negated && kind === "absent"));
  return isUnknown ? "unknown" : negated ? "yes" : "no";
}
