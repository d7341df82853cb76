import { BlockList, isIP } from "node:net";
import { matchesGlob, unescapeGlob } from "./glob.ts";

/** Whether a value of a request fits one that a policy wants, which may have wildcards where the operator knows them. */
type Compare = (wanted: string, actual: string) => boolean;

interface Comparison {
  readonly negated: boolean;
  readonly compare: Compare;
}

const plain =
  (compare: Compare): Compare =>
  (wanted, actual) =>
    compare(unescapeGlob(wanted), actual);

const isEqual = plain((wanted, actual) => wanted === actual);
const isEqualIgnoringCase = plain((wanted, actual) => wanted.toLowerCase() === actual.toLowerCase());
const isTrueAs = plain((wanted, actual) => wanted.toLowerCase() === actual.toLowerCase());

/** Values that are no numbers fit nothing. */
const numeric = (holds: (actual: number, wanted: number) => boolean): Compare =>
  plain((wanted, actual) => {
    const [left, right] = [Number(actual), Number(wanted)];
    return wanted.trim() !== "" && !Number.isNaN(left) && !Number.isNaN(right) && holds(left, right);
  });

/** Dates are ISO 8601's, or seconds since 1970 (IAM, documented). */
const dated = (holds: (actual: number, wanted: number) => boolean): Compare =>
  plain((wanted, actual) => {
    const [left, right] = [readDate(actual), readDate(wanted)];
    return !Number.isNaN(left) && !Number.isNaN(right) && holds(left, right);
  });

function readDate(text: string): number {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** ARNs are compared part by part: a wildcard does not go past one of the first five colons (IAM, documented). */
export const matchesArn: Compare = (wanted, actual) => {
  const [patterns, parts] = [splitArn(wanted), splitArn(actual)];
  return (
    patterns !== undefined &&
    parts !== undefined &&
    patterns.every((pattern, at) => matchesGlob(pattern, parts[at] ?? ""))
  );
};

function splitArn(arn: string): readonly string[] | undefined {
  const parts = arn.split(":");
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const isInNetwork = plain((wanted, actual) => {
  const [address = "", prefix] = wanted.split("/");
  const family = isIP(address);
  const [bits, most] = [prefix === undefined ? undefined : Number(prefix), family === 4 ? 32 : 128];
  if (family === 0 || isIP(actual) !== family) return false;
  if (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= most)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits ?? most, family === 4 ? "ipv4" : "ipv6");
  return list.check(actual, family === 4 ? "ipv4" : "ipv6");
});

const both = (name: string, negatedName: string, compare: Compare) => ({
  [name]: { negated: false, compare },
  [negatedName]: { negated: true, compare },
});

/** All that IAM has, but for `Null`. */
const comparisons: Readonly<Record<string, Comparison>> = {
  ...both("StringEquals", "StringNotEquals", isEqual),
  ...both("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", isEqualIgnoringCase),
  ...both("StringLike", "StringNotLike", matchesGlob),
  // The two pairs are the same (documented).
  ...both("ArnEquals", "ArnNotEquals", matchesArn),
  ...both("ArnLike", "ArnNotLike", matchesArn),
  ...both(
    "NumericEquals",
    "NumericNotEquals",
    numeric((actual, wanted) => actual === wanted),
  ),
  ...both(
    "DateEquals",
    "DateNotEquals",
    dated((actual, wanted) => actual === wanted),
  ),
  ...both("IpAddress", "NotIpAddress", isInNetwork),
  NumericLessThan: { negated: false, compare: numeric((actual, wanted) => actual < wanted) },
  NumericLessThanEquals: { negated: false, compare: numeric((actual, wanted) => actual <= wanted) },
  NumericGreaterThan: { negated: false, compare: numeric((actual, wanted) => actual > wanted) },
  NumericGreaterThanEquals: { negated: false, compare: numeric((actual, wanted) => actual >= wanted) },
  DateLessThan: { negated: false, compare: dated((actual, wanted) => actual < wanted) },
  DateLessThanEquals: { negated: false, compare: dated((actual, wanted) => actual <= wanted) },
  DateGreaterThan: { negated: false, compare: dated((actual, wanted) => actual > wanted) },
  DateGreaterThanEquals: { negated: false, compare: dated((actual, wanted) => actual >= wanted) },
  Bool: { negated: false, compare: isTrueAs },
  BinaryEquals: { negated: false, compare: isEqual },
};

export function findComparison(operator: string): Comparison | undefined {
  return Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
}
