import { holds, type Condition, type ConditionContext } from "./condition.ts";
import { matchesGlob } from "./glob.ts";

/** An IAM policy, read. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: "allow" | "deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** `negated`: `NotAction` or `NotResource`, which is everything but what the patterns match. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** `explicit-deny`: a statement denies it. `implicit-deny`: none allows it. */
export type Decision = "allow" | "explicit-deny" | "implicit-deny";

/**
 * Whether a policy allows an action, such as `execute-api:Invoke`, on a resource, such as
 * `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/$connect`. A denial wins over all that allow (IAM,
 * documented). Actions are compared without regard to case; in resources `*` goes past colons and slashes.
 */
export function evaluatePolicy(
  policy: Policy,
  action: string,
  resource: string,
  context: ConditionContext = {},
): Decision {
  const lowerCaseAction = action.toLowerCase();
  let decision: Decision = "implicit-deny";
  for (const { effect, actions, resources, conditions } of policy.statements) {
    const applies =
      covers(actions, (pattern) => matchesGlob(pattern.toLowerCase(), lowerCaseAction)) &&
      covers(resources, (pattern) => matchesGlob(pattern, resource)) &&
      conditions.every((condition) => holds(condition, context));
    if (!applies) continue;
    if (effect === "deny") return "explicit-deny";
    decision = "allow";
  }
  return decision;
}

function covers({ negated, patterns }: Patterns, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== negated;
}
