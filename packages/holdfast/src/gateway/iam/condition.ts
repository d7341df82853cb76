import { matchesGlob } from "./glob.ts";

/** The condition keys of a request, such as `aws:SourceIp`, and their values. */
export type ConditionContext = Readonly<Record<string, string | undefined>>;

/** One key under one operator: it holds when one of the values fits (for the negated ones: when none does). */
export interface Condition {
  readonly operator: ConditionOperator;
  /** `…IfExists`: holds where the request has no such key. */
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

export type ConditionOperator = "Null" | keyof typeof comparisons;

type Compare = (wanted: string, actual: string) => boolean;

const isEqual: Compare = (wanted, actual) => wanted === actual;
const isEqualIgnoringCase: Compare = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();

const comparisons = {
  StringEquals: { negated: false, compare: isEqual },
  StringNotEquals: { negated: true, compare: isEqual },
  StringEqualsIgnoreCase: { negated: false, compare: isEqualIgnoringCase },
  StringNotEqualsIgnoreCase: { negated: true, compare: isEqualIgnoringCase },
  StringLike: { negated: false, compare: matchesGlob },
  StringNotLike: { negated: true, compare: matchesGlob },
} as const satisfies Record<string, { negated: boolean; compare: Compare }>;

/** `StringLikeIfExists` and its like; undefined for an operator that is not among ours. */
export function readOperator(name: string): Pick<Condition, "operator" | "ifExists"> | undefined {
  if (name === "Null") return { operator: "Null", ifExists: false };
  const ifExists = name.endsWith("IfExists");
  const operator = ifExists ? name.slice(0, -"IfExists".length) : name;
  return Object.hasOwn(comparisons, operator)
    ? { operator: operator as keyof typeof comparisons, ifExists }
    : undefined;
}

/** A key that the request does not have fails, save under a negated operator (IAM, documented). */
export function holds({ operator, ifExists, key, values }: Condition, context: ConditionContext): boolean {
  const actual = findKey(context, key);
  if (operator === "Null") return values.includes(String(actual === undefined));
  const { negated, compare } = comparisons[operator];
  if (actual === undefined) return ifExists || negated;
  return values.some((wanted) => compare(wanted, actual)) !== negated;
}

/** Keys' names are compared without regard to case. */
function findKey(context: ConditionContext, key: string): string | undefined {
  const lowerCaseKey = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === lowerCaseKey)?.[1];
}
