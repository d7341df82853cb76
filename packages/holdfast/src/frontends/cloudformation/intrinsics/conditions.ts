import type { Json, Problems } from "../template/template.ts";
import { unresolved } from "./evaluation.ts";
import { evaluateCondition } from "./logic.ts";
import { own } from "./references.ts";
import { createEvaluation } from "./resolver.ts";
import type { Scope } from "./scope.ts";

export interface Conditions {
  /** Whether a condition holds; undefined when there is none of that name. One that is wrong does not hold. */
  readonly condition: Scope["condition"];
  /** Every condition, so that each that is wrong is reported, in use or not. */
  all(): Readonly<Record<string, boolean>>;
}

/** Evaluates conditions as they are asked for, each once. They see no resources, as in CloudFormation. */
export function createConditions(
  conditions: Readonly<Record<string, Json>>,
  scope: Pick<Scope, "parameters" | "mappings" | "imported">,
  problems: Problems,
): Conditions {
  const known = new Map<string, boolean>();
  const underway: string[] = [];

  const condition = (name: string): boolean | undefined => {
    const definition = own(conditions, name);
    if (definition === undefined) return undefined;
    const before = known.get(name);
    if (before !== undefined) return before;
    if (underway.includes(name)) {
      const circle = [...underway.slice(underway.indexOf(name)), name].join(" -> ");
      problems.error(
        ["Conditions", name],
        "TEMPLATE_REFERENCE_INVALID",
        `Conditions go in a circle: ${circle}`,
      );
      return false;
    }
    underway.push(name);
    const outcome = evaluateCondition(definition, ["Conditions", name], evaluation);
    underway.pop();
    const holds = outcome !== unresolved && outcome;
    known.set(name, holds);
    return holds;
  };
  const evaluation = createEvaluation(
    { ...scope, condition, ref: () => undefined, attribute: () => undefined },
    problems,
  );
  return {
    condition,
    all: () => Object.fromEntries(Object.keys(conditions).map((name) => [name, condition(name) === true])),
  };
}
