import type { Json, JsonObject, TemplatePath } from "./template.ts";

/** A value of a file and the offset at which it begins, in UTF-16 units. Nodes that YAML aliases name are shared. */
export type SourceNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly offset: number;
  readonly value: null | boolean | number | string;
}

export interface ListNode {
  readonly kind: "list";
  readonly offset: number;
  readonly items: readonly SourceNode[];
}

export interface MapNode {
  readonly kind: "map";
  readonly offset: number;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly keyOffset: number;
  readonly value: SourceNode;
}

/** What is wrong with the text of a file. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** What a reader of one syntax makes of a text. */
export interface SourceTree {
  /** Absent when the text is empty or cannot be read at all. */
  readonly root?: SourceNode;
  readonly faults: readonly SyntaxFault[];
}

/** Deeper than any template; shallow enough for functions that recurse. */
export const maxDepth = 100;
/** Values in a template once aliases are followed; a megabyte without aliases holds no more. */
export const maxValues = 600_000;

/** The values as plain data. Maps become objects without surprises for keys such as `__proto__`. */
export function toJson(node: SourceNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJson);
  const entries = [...node.entries].map(([key, { value }]) => [key, toJson(value)] as const);
  return Object.fromEntries(entries) as JsonObject;
}

/** Where a path is: a property at its key, an item at its value; else the nearest of what it is in. */
export function offsetOf(root: SourceNode, path: TemplatePath): number {
  let node = root;
  let offset = root.offset;
  for (const step of path) {
    if (node.kind === "map") {
      const entry = node.entries.get(String(step));
      if (entry === undefined) break;
      offset = entry.keyOffset;
      node = entry.value;
    } else {
      const item = node.kind === "list" && typeof step === "number" ? node.items[step] : undefined;
      if (item === undefined) break;
      offset = item.offset;
      node = item;
    }
  }
  return offset;
}

/** Measures trees as they are built, with what aliases repeat counted each time. */
export function createGauge(): {
  readonly measure: (node: SourceNode) => { readonly depth: number; readonly values: number };
} {
  const sizes = new WeakMap<SourceNode, { readonly depth: number; readonly values: number }>();
  const measure = (node: SourceNode): { readonly depth: number; readonly values: number } => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    let depth = 0;
    let values = 1;
    for (const child of childrenOf(node)) {
      const size = measure(child);
      depth = Math.max(depth, size.depth);
      values += size.values;
    }
    const size = { depth: depth + 1, values };
    sizes.set(node, size);
    return size;
  };
  return { measure };
}

function childrenOf(node: SourceNode): readonly SourceNode[] {
  if (node.kind === "scalar") return [];
  return node.kind === "list" ? node.items : [...node.entries.values()].map(({ value }) => value);
}
