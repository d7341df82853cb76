import type { Bindings } from "./bindings.ts";
import type { Mention, MentionedCall, Mentions } from "./mentions.ts";
import { operationOf, roomOperationOf, roomOperations } from "./operations.ts";

/** What comes of running code. */
export interface Effects {
  readonly uses: { readonly resource: string; readonly operation: string }[];
  /** Resources about whose use nothing can be told; `*` is every one. */
  readonly wholes: { readonly resource: string; readonly at: number; readonly reason: string }[];
  /** Names whose code may run too. */
  readonly names: Set<string>;
  /** Names whose results are there: what they hand out may run too. */
  readonly results: Set<string>;
  /** Names in which something may be kept, and how surely: see `weights`. */
  readonly touches: Map<string, number>;
}

/** A piece of code that runs, and what of it may be run by whoever gets hold of what it hands out. */
export interface PieceEffects {
  readonly runs: Effects;
  /** The functions that it makes, and the values that it passes on. */
  readonly gives: Effects;
}

/** From reading a property, which may be a list that something is pushed to, to assigning. */
export const weights = { read: 0, make: 0, value: 1, call: 1, method: 2, write: 3 } as const;

export function effectsOf(
  mentions: Mentions,
  bindings: Bindings,
  reasonOf: (mention: Mention) => string,
): PieceEffects {
  const effects: PieceEffects = { runs: noEffects(), gives: noEffects() };
  for (const { at, reason } of mentions.unseen) addWhole(effects, { resource: "*", at, reason });
  for (const { node } of mentions.calls) {
    for (const { resource, reason } of bindings.created(node))
      addWhole(effects, { resource, at: node.start, reason });
  }
  for (const mention of mentions.names) {
    addName(effects, mention);
    for (const { resource, holder } of bindings.resources(mention)) {
      if (holder) addHeld(effects, mention, resource);
      else addResource(effects, mention, resource, reasonOf);
    }
    for (const resource of bindings.rooms(mention)) addRoom(effects, mention, resource);
  }
  for (const call of mentions.calls) {
    if (
      call.name !== undefined &&
      bindings.isImport(call.name) &&
      passesOn(call, mentions, effects, bindings)
    )
      touch(effects, call.name, call.closures, weights.write);
  }
  return effects;
}

function addName(effects: PieceEffects, { name, how, closures }: Mention): void {
  const { runs, gives } = effects;
  runs.names.add(name);
  if (closures > 0) gives.names.add(name);
  else if (how === "call" || how === "method") gives.results.add(name);
  else if (how !== "test" && how !== "write") gives.names.add(name);
  if (how !== "test") touch(effects, name, closures, weights[how]);
}

function touch({ runs, gives }: PieceEffects, name: string, closures: number, weight: number): void {
  for (const { touches } of closures > 0 ? [runs, gives] : [runs])
    touches.set(name, Math.max(touches.get(name) ?? 0, weight));
}

function addHeld(effects: PieceEffects, { name, how, at }: Mention, resource: string): void {
  if (how === "write") return;
  const reason = `\`${name}\` comes from a package, which may do anything with it`;
  addWhole(effects, { resource, at, reason });
}

function addResource(
  effects: PieceEffects,
  mention: Mention,
  resource: string,
  reasonOf: (mention: Mention) => string,
): void {
  const { member, how, isMethodCall, result, at } = mention;
  if (how === "test" || how === "write" || (member === "name" && how === "read")) return;
  const operation = isMethodCall && member !== undefined ? operationOf(resource, member) : undefined;
  if (operation === undefined) addWhole(effects, { resource, at, reason: reasonOf(mention) });
  else if (operation === "room") addRoomResult(effects, mention, resource, result ?? {});
  else if (operation !== "none") addUses(effects, mention.closures > 0, resource, [operation.operation]);
}

/** A room that gets a name is followed by it, see `addRoom`. */
function addRoomResult(
  effects: PieceEffects,
  { closures }: Mention,
  resource: string,
  { method, name, isUnused }: NonNullable<Mention["result"]>,
): void {
  const operation = method === undefined ? undefined : roomOperationOf(method);
  if (operation !== undefined) addUses(effects, closures > 0, resource, [operation]);
  else if (name === undefined && isUnused !== true) addUses(effects, true, resource, roomOperations);
}

function addRoom(effects: PieceEffects, mention: Mention, resource: string): void {
  const { member, how, isMethodCall, closures } = mention;
  if (how === "test" || how === "write" || (member === "name" && how === "read")) return;
  const operation = isMethodCall && member !== undefined ? roomOperationOf(member) : undefined;
  if (operation === undefined) addUses(effects, true, resource, roomOperations);
  else addUses(effects, closures > 0, resource, [operation]);
}

function addUses(
  { runs, gives }: PieceEffects,
  isGiven: boolean,
  resource: string,
  operations: readonly string[],
): void {
  for (const { uses } of isGiven ? [runs, gives] : [runs])
    uses.push(...operations.map((operation) => ({ resource, operation })));
}

/** What escapes may be handed on, wherever that is. */
function addWhole({ runs, gives }: PieceEffects, whole: Effects["wholes"][number]): void {
  runs.wholes.push(whole);
  gives.wholes.push(whole);
}

/** Whether a call is given something that may use a resource. That matters where what is called cannot be seen. */
function passesOn(
  { node, closures }: MentionedCall,
  { names }: Mentions,
  { runs }: PieceEffects,
  bindings: Bindings,
): boolean {
  const isInside = ({ at }: { readonly at: number }): boolean => node.start <= at && at < node.end;
  const isGiven = (one: Mention): boolean =>
    one.closures > closures ||
    ((one.how === "value" || one.how === "read" || one.how === "make") && bindings.hasCode(one.name));
  return names.some((one) => isInside(one) && isGiven(one)) || runs.wholes.some(isInside);
}

function noEffects(): Effects {
  return { uses: [], wholes: [], names: new Set(), results: new Set(), touches: new Map() };
}
