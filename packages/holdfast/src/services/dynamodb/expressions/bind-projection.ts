import { attributeOf, setOwn, type AttributeValue, type Item } from "../../../model/attribute-value.ts";
import type { AttributePath } from "../../../model/table-request.ts";
import type { Bindings } from "./bindings.ts";
import { checkPathsApart } from "./path-conflicts.ts";
import type { PathSyntax } from "./syntax.ts";

const kind = "ProjectionExpression";

export function bindProjection(syntax: readonly PathSyntax[], bindings: Bindings): readonly AttributePath[] {
  const paths = syntax.map((path) => bindings.path(kind, path));
  checkPathsApart(kind, paths);
  return paths;
}

/** What the item has at the paths, each inside what is around it; of a list only those elements, in order. */
export function projectPaths(item: Item, paths: readonly AttributePath[]): Item {
  return projectAttributes(item, treeOf(paths));
}

/** The steps of the paths by where they lead; a leaf has none. */
type Tree = ReadonlyMap<string | number, Tree>;
type GrowingTree = Map<string | number, GrowingTree>;

function treeOf(paths: readonly AttributePath[]): Tree {
  const root: GrowingTree = new Map();
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const child: GrowingTree = node.get(step) ?? new Map();
      node.set(step, child);
      node = child;
    }
  }
  return root;
}

function projectAttributes(attributes: Item, tree: Tree): Item {
  const projected: Record<string, AttributeValue> = {};
  for (const name of Object.keys(attributes)) {
    const child = tree.get(name);
    const value = attributeOf(attributes, name);
    const kept = child === undefined || value === undefined ? undefined : projectValue(value, child);
    if (kept !== undefined) setOwn(projected, name, kept);
  }
  return projected;
}

function projectValue(value: AttributeValue, tree: Tree): AttributeValue | undefined {
  if (tree.size === 0) return value;
  if ("M" in value) {
    const inside = projectAttributes(value.M, tree);
    return Object.keys(inside).length === 0 ? undefined : { M: inside };
  }
  if (!("L" in value)) return undefined;
  const inside = value.L.flatMap((element, position) => {
    const child = tree.get(position);
    return child === undefined ? [] : (projectValue(element, child) ?? []);
  });
  return inside.length === 0 ? undefined : { L: inside };
}
