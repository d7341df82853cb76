import { normaliseNumber } from "../../../src/model/decimal.ts";
import type { Call } from "./dynamodb-calls.ts";
import type { Answer, Implementation } from "./dynamodb-oracles.ts";

/** How two implementations answered one call. */
export interface Difference {
  readonly call: Call;
  readonly own: Answer;
  readonly theirs: Answer;
}

/**
 * Sends the calls to both in turn. After a call that one of them refused, its item is removed from both: what they made
 * of it is told once, not with every call that follows.
 */
export async function compare(
  calls: readonly Call[],
  own: Implementation,
  theirs: Implementation,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const call of calls) {
    const difference = { call, own: await own.call(call), theirs: await theirs.call(call) };
    if (!isSame(difference)) differences.push(difference);
    if (difference.own.ok && difference.theirs.ok) continue;
    const Key = keyOf(call);
    if (Key === undefined) continue;
    const remove: Call = { operation: "DeleteItem", input: { TableName: call.input.TableName, Key } };
    await Promise.all([own.call(remove), theirs.call(remove)]);
  }
  return differences;
}

function keyOf({ input }: Call): unknown {
  const item = input.Item as Readonly<Record<string, unknown>> | undefined;
  return item === undefined ? input.Key : { id: item.id, turn: item.turn };
}

function isSame({ own, theirs }: Difference): boolean {
  if (own.ok && theirs.ok) return JSON.stringify(normal(own.body)) === JSON.stringify(normal(theirs.body));
  return !own.ok && !theirs.ok && own.error === theirs.error && own.message === theirs.message;
}

/** Without what is not promised: the order of names, of a set's members and, where nothing orders them, of items. */
function normal(value: unknown, name = ""): unknown {
  if (name === "N") return normaliseNumber(String(value));
  if (Array.isArray(value)) {
    const members = value.map((member) => normal(member, name === "NS" ? "N" : ""));
    return ["SS", "NS", "BS", "Items"].includes(name) ? members.toSorted(byText) : members;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(byText)
      .map(([key, one]) => [key, normal(one, key)]),
  );
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function show({ call, own, theirs }: Difference): string {
  const answer = (one: Answer) => (one.ok ? JSON.stringify(one.body) : `${one.error}: ${one.message}`);
  return `${call.operation} ${JSON.stringify(call.input)}\n  own    ${answer(own)}\n  theirs ${answer(theirs)}`;
}
