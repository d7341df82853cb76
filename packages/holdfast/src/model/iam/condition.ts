import { findComparison } from "./condition-operators.ts";
import { valuesOf, type ConditionContext } from "./condition-context.ts";
import { substituteVariables } from "./policy-variables.ts";

/** One key under one operator: it holds when one of the values fits (for the negated ones: when none does). */
export interface Condition extends OperatorReading {
  readonly key: string;
  readonly values: readonly string[];
  /** Whether the values may hold policy variables. */
  readonly hasVariables: boolean;
}

interface OperatorReading {
  /** `Null`, or one of the comparisons. */
  readonly operator: string;
  /** `…IfExists`: holds where the request has no such key. */
  readonly ifExists: boolean;
  /** `ForAllValues:…`: each of the request's values must fit; `ForAnyValue:…`: one must be there that does. */
  readonly set?: "all" | "any";
}

/** Whether it holds, or that this cannot be told. */
export type Holding = "yes" | "no" | "unknown";

/** `ForAnyValue:StringLikeIfExists` and its like; undefined for what is no operator of IAM's. */
export function readOperator(name: string): OperatorReading | undefined {
  const { set, operator = "", ifExists } = operatorPattern.exec(name)?.groups ?? {};
  if (operator === "Null")
    return set === undefined && ifExists === undefined ? { operator, ifExists: false } : undefined;
  if (findComparison(operator) === undefined) return undefined;
  return {
    operator,
    ifExists: ifExists !== undefined,
    ...(set !== undefined && { set: set === "ForAllValues" ? "all" : "any" }),
  };
}

const operatorPattern =
  /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<operator>[A-Za-z]+?)(?<ifExists>IfExists)?$/;

/** A key that the request does not have fails, save under a negated operator and `ForAllValues` (IAM, documented). */
export function holds(condition: Condition, context: ConditionContext): Holding {
  const actual = valuesOf(context, condition.key);
  if (actual === "unknown") return "unknown";
  if (condition.operator === "Null")
    return toHolding(condition.values.includes(String(actual === undefined)));
  const comparison = findComparison(condition.operator);
  if (comparison === undefined) return "unknown";
  const { negated, compare } = comparison;
  if (actual === undefined) return toHolding(condition.ifExists || isMetByNothing(condition, negated));

  const wanted = condition.hasVariables
    ? condition.values.map((value) => substituteVariables(value, context))
    : condition.values.map((text) => ({ kind: "text", text }) as const);
  if (wanted.some(({ kind }) => kind === "unknown")) return "unknown";
  const fits = (value: string): boolean =>
    wanted.some((one) => one.kind === "text" && compare(one.text, value)) !== negated;
  const isAny = condition.set === "any" || (condition.set === undefined && !negated);
  return toHolding(isAny ? actual.some(fits) : actual.every(fits));
}

function isMetByNothing({ set }: Condition, negated: boolean): boolean {
  return set === undefined ? negated : set === "all";
}

function toHolding(isMet: boolean): Holding {
  return isMet ? "yes" : "no";
}
