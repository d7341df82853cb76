import { isIPv4, isIPv6, BlockList } from "node:net";

import { isRecord } from "../base/is-record.ts";
import { EventPatternError } from "./event-pattern-error.ts";

/** Whether what stands at one place of an event fits: none where there is nothing, several where there are lists. */
export type Matcher = (found: readonly unknown[]) => boolean;

type ValueTest = (value: unknown) => boolean;

/** One element of what a pattern lists at a place. Throws `EventPatternError`. */
export function matcherOf(element: unknown, path: string): Matcher {
  if (isLeaf(element)) return someValue((value) => value === element);
  const [[kind, operand] = [""], ...others] = Object.entries(isRecord(element) ? element : {});
  if (others.length > 0) throw invalid(path, "has two comparisons in one");
  if (kind === "exists") {
    if (typeof operand !== "boolean") throw invalid(path, "has an exists that is neither true nor false");
    // Objects do not count: what exists is a leaf (documented).
    return (found) => found.some(isLeaf) === operand;
  }
  return someValue(testOf(kind, operand, path));
}

function someValue(test: ValueTest): Matcher {
  return (found) => found.some(test);
}

function isLeaf(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function testOf(kind: string, operand: unknown, path: string): ValueTest {
  switch (kind) {
    case "prefix":
      return affixTest(operand, path, (text, affix) => text.startsWith(affix));
    case "suffix":
      return affixTest(operand, path, (text, affix) => text.endsWith(affix));
    case "equals-ignore-case":
      return sameLettersTest(operand, path);
    case "wildcard":
      return wildcardTest(requireText(operand, path));
    case "numeric":
      return numericTest(operand, path);
    case "anything-but":
      return anythingButTest(operand, path);
    case "cidr":
      return cidrTest(requireText(operand, path), path);
    default:
      throw invalid(path, `has a comparison that is not known: ${kind === "" ? "none" : kind}`);
  }
}

/** Of text, or of `{"equals-ignore-case": text}`. */
function affixTest(operand: unknown, path: string, has: (text: string, affix: string) => boolean): ValueTest {
  if (isRecord(operand)) {
    const affix = requireText(operand["equals-ignore-case"], path).toLowerCase();
    return (value) => typeof value === "string" && has(value.toLowerCase(), affix);
  }
  const affix = requireText(operand, path);
  return (value) => typeof value === "string" && has(value, affix);
}

function sameLettersTest(operand: unknown, path: string): ValueTest {
  const wanted = requireText(operand, path).toLowerCase();
  return (value) => typeof value === "string" && value.toLowerCase() === wanted;
}

/** Without going back over the text more than once for each star. */
function wildcardTest(pattern: string): ValueTest {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  return (value) => {
    if (typeof value !== "string") return false;
    if (last === undefined) return value === first;
    if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last))
      return false;
    let from = first.length;
    for (const part of rest) {
      const found = value.indexOf(part, from);
      if (found === -1) return false;
      from = found + part.length;
    }
    return from <= value.length - last.length;
  };
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** One comparison and its number, or two: `[">", 0, "<=", 5]`. */
function numericTest(operand: unknown, path: string): ValueTest {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4) throw invalid(path, "has no comparison of numbers");
  const tests = parts.flatMap((sign, index) => {
    if (index % 2 === 1) return [];
    const compare =
      typeof sign === "string" && Object.hasOwn(comparisons, sign) ? comparisons[sign] : undefined;
    const bound = parts[index + 1];
    if (compare === undefined || typeof bound !== "number")
      throw invalid(path, "compares numbers in a way that is not known");
    return [(value: number) => compare(value, bound)];
  });
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/** What is there, and none of these. */
function anythingButTest(operand: unknown, path: string): ValueTest {
  const test = exceptionTest(operand, path);
  return (value) => isLeaf(value) && !test(value);
}

function exceptionTest(operand: unknown, path: string): ValueTest {
  if (!isRecord(operand)) {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (values.length === 0 || !values.every(isLeaf)) throw invalid(path, "has an anything-but of no values");
    return (value) => values.includes(value);
  }
  const [[kind, inner] = [""], ...others] = Object.entries(operand);
  if (others.length > 0 || !exceptions.has(kind))
    throw invalid(path, "has an anything-but that is not known");
  const tests = (Array.isArray(inner) ? (inner as readonly unknown[]) : [inner]).map((one) =>
    testOf(kind, one, path),
  );
  return (value) => tests.some((test) => test(value));
}

const exceptions: ReadonlySet<string> = new Set(["prefix", "suffix", "equals-ignore-case", "wildcard"]);

function cidrTest(range: string, path: string): ValueTest {
  const [address = "", bits = ""] = range.split("/");
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  if (family === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128))
    throw invalid(path, `has no range of addresses: ${range}`);
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return (value) =>
    typeof value === "string" &&
    ((isIPv4(value) && list.check(value, "ipv4")) || (isIPv6(value) && list.check(value, "ipv6")));
}

function requireText(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw invalid(path, `compares with ${JSON.stringify(value)}, which is not text`);
}

function invalid(path: string, what: string): EventPatternError {
  return new EventPatternError(`The pattern at ${path} ${what}`);
}
