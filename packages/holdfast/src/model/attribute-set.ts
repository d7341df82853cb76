import type { AttributeValue } from "./attribute-value.ts";
import { normaliseNumber } from "./decimal.ts";
import { bytesAsText } from "./value-comparison.ts";

/** Everything in either; `undefined` unless both are sets of one type. */
export function uniteSets(a: AttributeValue, b: AttributeValue): AttributeValue | undefined {
  if ("SS" in a && "SS" in b) return { SS: [...a.SS, ...without(b.SS, a.SS, String)] };
  if ("NS" in a && "NS" in b) return { NS: [...a.NS, ...without(b.NS, a.NS, normaliseNumber)] };
  if ("BS" in a && "BS" in b) return { BS: [...a.BS, ...without(b.BS, a.BS, bytesAsText)] };
  return undefined;
}

/** What `a` holds and `b` does not, which may be nothing; `undefined` unless both are sets of one type. */
export function subtractSet(a: AttributeValue, b: AttributeValue): AttributeValue | undefined {
  if ("SS" in a && "SS" in b) return { SS: without(a.SS, b.SS, String) };
  if ("NS" in a && "NS" in b) return { NS: without(a.NS, b.NS, normaliseNumber) };
  if ("BS" in a && "BS" in b) return { BS: without(a.BS, b.BS, bytesAsText) };
  return undefined;
}

export function isEmptySet(value: AttributeValue): boolean {
  if ("SS" in value) return value.SS.length === 0;
  if ("NS" in value) return value.NS.length === 0;
  return "BS" in value && value.BS.length === 0;
}

function without<Member>(
  members: readonly Member[],
  others: readonly Member[],
  asText: (member: Member) => string,
): Member[] {
  const taken = new Set(others.map(asText));
  return members.filter((member) => !taken.has(asText(member)));
}
