/** The condition keys of a request, such as `aws:SourceIp`, and their values; keys that have many have a list. */
export type ConditionValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is known of a request. */
export interface ConditionContext {
  readonly values: ConditionValues;
  /**
   * Whether a key without a value is one that the request has not on AWS either. Where that cannot be told, whatever
   * depends on the key is decided so that nothing is allowed by it. By default all others are known to be absent.
   */
  readonly isKnown?: (key: string) => boolean;
}

/** Undefined for a key that the request has not. Keys' names are compared without regard to case. */
export function valuesOf(
  { values, isKnown }: ConditionContext,
  key: string,
): readonly string[] | undefined | "unknown" {
  const lowerCaseKey = key.toLowerCase();
  const value = Object.entries(values).find(([name]) => name.toLowerCase() === lowerCaseKey)?.[1];
  if (typeof value === "string") return [value];
  // A list of nothing is as good as no key (IAM, documented).
  if (value !== undefined && value.length > 0) return value;
  if (value !== undefined) return undefined;
  return isKnown === undefined || isKnown(lowerCaseKey) ? undefined : "unknown";
}
