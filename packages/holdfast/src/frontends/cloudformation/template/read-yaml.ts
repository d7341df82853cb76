import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type Alias,
  type Pair,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { duplicateKey } from "./read-json.ts";
import { expandTag, longFormOf, shortTags } from "./short-tags.ts";
import {
  createGauge,
  maxDepth,
  maxValues,
  type MapEntry,
  type ScalarNode,
  type SourceNode,
  type SourceTree,
  type SyntaxFault,
} from "./source-tree.ts";
import { plainScalar } from "./yaml-scalars.ts";

/**
 * Reads YAML 1.1 as CloudFormation does: with its short tags, and without binary, omap, pairs, set and timestamp. Aliases
 * and merges, which CloudFormation itself does not take, are followed: the AWS CLI and SAM do so before they deploy.
 */
export function readYaml(text: string): SourceTree {
  // Text is all that the library makes of scalars: which are numbers and booleans is decided here. Its own search for
  // keys that are there twice takes quadratic time.
  const document = parseDocument(text, {
    version: "1.1",
    schema: "failsafe",
    uniqueKeys: false,
    logLevel: "error",
    prettyErrors: false,
  });
  if (document.errors.length > 0) return { faults: document.errors.map(toFault) };
  const builder = new TreeBuilder(text);
  try {
    const root = document.contents === null ? undefined : builder.build(document.contents, 1);
    return { ...(root !== undefined && { root }), faults: builder.faults };
  } catch (thrown) {
    if (!(thrown instanceof TooMuch)) throw thrown;
    return { faults: [...builder.faults, thrown.fault] };
  }
}

function toFault(error: YAMLError): SyntaxFault {
  const offset = error.pos[0];
  if (error.code === "RESOURCE_EXHAUSTION") {
    return { offset, message: `This is nested more than ${maxDepth} levels deep` };
  }
  if (error.code === "MULTIPLE_DOCS")
    return { offset, message: "A template is one YAML document, not several" };
  if (error.code === "TAB_AS_INDENT") {
    return { offset, message: "Tabs cannot indent YAML", hint: "Indent with spaces." };
  }
  return { offset, message: error.message };
}

class TooMuch extends Error {
  readonly fault: SyntaxFault;

  constructor(fault: SyntaxFault) {
    super(fault.message);
    this.fault = fault;
  }
}

const standardTag = "tag:yaml.org,2002:";

class TreeBuilder {
  readonly #text: string;
  readonly #anchors = new Map<string, SourceNode>();
  readonly #gauge = createGauge();
  readonly faults: SyntaxFault[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  build(node: unknown, depth: number): SourceNode {
    const offset = offsetIn(node);
    if (depth > maxDepth) this.#tooDeep(offset);
    if (isAlias(node)) return this.#follow(node, offset, depth);
    const built = this.#tagged(node, offset, depth);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    if (this.#gauge.measure(built).values > maxValues) {
      throw new TooMuch({ offset, message: `With its aliases, this holds more than ${maxValues} values` });
    }
    return built;
  }

  #follow(alias: Alias, offset: number, depth: number): SourceNode {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      this.faults.push({ offset, message: `No anchor &${alias.source} ends before this alias` });
      return { kind: "scalar", offset, value: null };
    }
    if (depth + this.#gauge.measure(target).depth > maxDepth) this.#tooDeep(offset);
    return target;
  }

  #tagged(node: unknown, offset: number, depth: number): SourceNode {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (tag === undefined) return this.#untagged(node, offset, depth);
    const longForm = longFormOf(tag);
    if (longForm !== undefined) {
      return expandTag(longForm, this.#tagOffset(tag, offset), this.#argument(node, offset, depth));
    }
    const standard = tag.startsWith(standardTag) ? tag.slice(standardTag.length) : undefined;
    if (standard === "str" && isScalar(node)) return { kind: "scalar", offset, value: textOf(node) };
    if (standard === undefined || !["int", "float", "bool", "null", "map", "seq"].includes(standard)) {
      this.faults.push(this.#unknownTag(tag, standard, offset));
    }
    return isScalar(node)
      ? { kind: "scalar", offset, value: plainScalar(textOf(node)) }
      : this.#untagged(node, offset, depth);
  }

  /** A scalar behind a tag of its own is text, whatever it looks like. */
  #argument(node: unknown, offset: number, depth: number): SourceNode {
    if (isScalar(node)) return { kind: "scalar", offset, value: textOf(node) };
    return this.#untagged(node, offset, depth);
  }

  #untagged(node: unknown, offset: number, depth: number): SourceNode {
    if (isMap(node)) return this.#map(node, offset, depth);
    if (isSeq(node)) {
      return { kind: "list", offset, items: node.items.map((item) => this.build(item, depth + 1)) };
    }
    return { kind: "scalar", offset, value: isScalar(node) ? valueOf(node) : null };
  }

  #map(node: YAMLMap, offset: number, depth: number): SourceNode {
    const entries = new Map<string, MapEntry>();
    const merged: SourceNode[] = [];
    for (const pair of node.items as readonly Pair<unknown, unknown>[]) {
      const keyOffset = offsetIn(pair.key);
      if (!isScalar(pair.key)) {
        this.faults.push({ offset: keyOffset, message: "A key is text, not a list, a map or an alias" });
        continue;
      }
      const key = textOf(pair.key);
      const value = this.build(pair.value ?? new Scalar(null), depth + 1);
      // A key without a value has no place of its own.
      const placed = value.offset < 0 ? { ...value, offset: keyOffset } : value;
      if (key === "<<" && pair.key.type === "PLAIN") merged.push(placed);
      else if (entries.has(key)) this.faults.push({ offset: keyOffset, message: duplicateKey(key) });
      else entries.set(key, { keyOffset, value: placed });
    }
    for (const source of merged) this.#merge(entries, source);
    return { kind: "map", offset, entries };
  }

  /** The map's own keys win over what it merges, and what is merged first over what comes later. */
  #merge(entries: Map<string, MapEntry>, source: SourceNode): void {
    const maps = source.kind === "list" ? source.items : [source];
    for (const map of maps) {
      if (map.kind !== "map") {
        this.faults.push({ offset: map.offset, message: "Only maps can be merged with <<" });
        continue;
      }
      for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #unknownTag(tag: string, standard: string | undefined, offset: number): SyntaxFault {
    const hint = standard === undefined ? `The tags are ${shortTags.join(", ")}.` : undefined;
    return {
      offset: this.#tagOffset(standard === undefined ? tag : `!!${standard}`, offset),
      message: `CloudFormation does not know the tag ${standard === undefined ? tag : `!!${standard}`}`,
      ...(hint !== undefined && { hint }),
    };
  }

  /** Nodes begin at their content; between it and the tag there are at most space, comments and an anchor. */
  #tagOffset(tag: string, contentOffset: number): number {
    const found = this.#text.lastIndexOf(tag, contentOffset);
    return found === -1 ? contentOffset : found;
  }

  #tooDeep(offset: number): never {
    throw new TooMuch({ offset, message: `This is nested more than ${maxDepth} levels deep` });
  }
}

function offsetIn(node: unknown): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range?.[0] ?? -1;
}

function textOf(node: Scalar): string {
  return typeof node.value === "string" ? node.value : "";
}

function valueOf(node: Scalar): ScalarNode["value"] {
  return node.type === undefined || node.type === "PLAIN" ? plainScalar(textOf(node)) : textOf(node);
}
