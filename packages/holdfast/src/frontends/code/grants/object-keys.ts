import type { AnyNode } from "acorn";
import type { PlacedFunction } from "./pieces.ts";
import { argumentsOf, forEachChild } from "./syntax.ts";

/** The names that the code of a handler gives to properties of objects that it makes, wherever in it. */
export function objectKeys({ call }: PlacedFunction): ReadonlySet<string> {
  const keys = new Set<string>();
  const visit = (node: AnyNode): void => {
    if (node.type === "ObjectExpression") {
      for (const property of node.properties) {
        if (property.type === "SpreadElement" || property.computed) continue;
        if (property.key.type === "Identifier") keys.add(property.key.name);
        else if (property.key.type === "Literal") keys.add(String(property.key.value));
      }
    }
    forEachChild(node, visit);
  };
  const handler = argumentsOf(call).at(-1);
  if (handler !== undefined) visit(handler);
  return keys;
}
