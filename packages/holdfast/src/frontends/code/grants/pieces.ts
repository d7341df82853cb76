import type { AnyNode } from "acorn";
import type { Bindings, PlacedResource } from "./bindings.ts";
import { isPlainCallOf, type PlacedCall } from "./declarations.ts";
import { effectsOf } from "./effects.ts";
import type { Piece } from "./graph.ts";
import { collectMentions } from "./mentions.ts";
import { functionDeclaring } from "./operations.ts";
import { reasonOf, throughNamespace } from "./reasons.ts";
import { argumentsOf, calleeOf, definedValue, propertyName, rootName } from "./syntax.ts";
import type { Unit } from "./units.ts";

/** A function of the app, and the call that declares it. */
export interface PlacedFunction extends PlacedCall {
  /** Holdfast's own method is called: what it is given runs as this function, and otherwise not. */
  readonly isPlain: boolean;
}

export function placeFunction(isDirect: boolean, placed: PlacedCall): PlacedFunction {
  return {
    ...placed,
    isPlain: isDirect && isPlainCallOf(placed.call, (name) => functionDeclaring.has(name)),
  };
}

/** The code that runs by itself: units, and the functions that are declared in them. */
export function createPieces(
  bindings: Bindings,
  resources: readonly PlacedResource[],
  functions: readonly PlacedFunction[],
): { readonly pieces: readonly Piece[]; readonly ofCall: ReadonlyMap<AnyNode, Piece> } {
  const apart = new Set<AnyNode>([
    ...resources.flatMap(({ call, isPlain }) => (isPlain ? [calleeOf(call)] : [])),
    ...functions.flatMap(({ call, isPlain }) => (isPlain ? [calleeOf(call), ...argumentsOf(call)] : [])),
  ]);
  const seen = new Map(functions.map(({ call, isPlain }) => [call, { call, isPlain }]));
  const ofFunctions = [...seen.values()].map(({ call, isPlain }) => ({
    call,
    mentions: collectMentions(call, apart, isPlain),
  }));
  const ofUnits = bindings.units.map((unit) => ({ unit, mentions: collectMentions(unit.node, apart) }));
  for (const { mentions } of [...ofUnits, ...ofFunctions]) bindings.addRooms(mentions);

  const isHoldfasts = createHoldfastCheck(bindings, resources);
  const ofCall = new Map<AnyNode, Piece>();
  for (const { call, mentions } of ofFunctions)
    ofCall.set(call, {
      ...effectsOf(mentions, bindings, reasonOf),
      isHoldfasts: false,
      calls: mentions.calls,
    });
  const pieces = ofUnits.map(({ unit, mentions }): Piece => {
    const describe = unit.kind === "namespace" ? throughNamespace : reasonOf;
    return {
      ...effectsOf(mentions, bindings, describe),
      unit,
      isHoldfasts: isHoldfasts(unit),
      calls: mentions.calls,
    };
  });
  return { pieces: [...pieces, ...ofCall.values()], ofCall };
}

/** Resources, apps, and an app's `http`: nothing that one of them is given comes back out of it. */
function createHoldfastCheck(
  bindings: Bindings,
  resources: readonly PlacedResource[],
): (unit: Unit) => boolean {
  const declaring = new Set<AnyNode>(resources.flatMap(({ call, isPlain }) => (isPlain ? [call] : [])));
  const isHoldfasts = (unit: Unit): boolean => {
    const value = unit.node && definedValue(unit.node);
    if (value === undefined) return false;
    if (value.type === "NewExpression") {
      const name = rootName(value.callee);
      // Holdfast's modules are left out; so its classes are names that lead nowhere.
      return name !== undefined && bindings.unitsOf(name).length === 0 && !(name in globalThis);
    }
    if (value.type === "MemberExpression" && propertyName(value) === "http")
      return bindings.unitsOf(rootName(value) ?? "").some(isHoldfasts);
    return declaring.has(value);
  };
  return isHoldfasts;
}
