import type { AnyNode, Pattern } from "acorn";
import type { Bindings } from "./bindings.ts";
import { weights } from "./effects.ts";
import type { Piece } from "./graph.ts";
import type { PlacedFunction } from "./pieces.ts";
import { argumentsOf, definedValue, forEachChild, isFunction, unwrap, type FunctionNode } from "./syntax.ts";

/** Tells whether a message handler may take `reply` from its context. */
export function createReplyCheck(
  pieces: readonly Piece[],
  bindings: Bindings,
): (declared: PlacedFunction) => boolean {
  const findFunction = (handler: AnyNode): FunctionNode | undefined => {
    const value = unwrap(handler);
    if (isFunction(value)) return value;
    if (value.type !== "Identifier") return undefined;
    const { name } = value;
    const [unit, ...others] = bindings.unitsOf(name);
    const named = others.length === 0 && unit?.node !== undefined ? definedValue(unit.node) : undefined;
    const isReassigned = pieces.some(({ runs }) => runs.touches.get(name) === weights.write);
    return named !== undefined && isFunction(named) && !isReassigned ? named : undefined;
  };
  return ({ call, isPlain }) => {
    const handler = argumentsOf(call).at(-1);
    const seen = isPlain && handler !== undefined ? findFunction(handler) : undefined;
    if (seen === undefined) return true;
    const [context] = seen.params;
    return context === undefined ? mentionsArguments(seen) : takesReply(context);
  };
}

/** A pattern takes what it names, and nothing else. */
function takesReply(context: Pattern): boolean {
  if (context.type === "AssignmentPattern") return takesReply(context.left);
  if (context.type !== "ObjectPattern") return true;
  return context.properties.some((one) => {
    if (one.type === "RestElement" || one.computed) return true;
    const name = one.key.type === "Identifier" ? one.key.name : undefined;
    return name === undefined ? one.key.type !== "Literal" || one.key.value === "reply" : name === "reply";
  });
}

function mentionsArguments(node: AnyNode): boolean {
  if (node.type === "Identifier") return node.name === "arguments";
  let found = false;
  forEachChild(node, (child) => {
    found ||= mentionsArguments(child);
  });
  return found;
}
