import { HoldfastError } from "../base/errors.ts";

/** `/games/{id}/moves` read once, so that matching needs no further parsing. */
export interface PathPattern {
  /** As it was written. */
  readonly text: string;
  /** Empty for `/`. */
  readonly segments: readonly PathSegment[];
}

export type PathSegment =
  /** Matches itself, after URI decoding. */
  | { readonly kind: "text"; readonly text: string }
  /** `{name}`: matches one segment that is not empty. */
  | { readonly kind: "parameter"; readonly name: string }
  /** `{name+}`, the last segment: matches the rest of the path, slashes included, when there is any. */
  | { readonly kind: "rest"; readonly name: string };

/** The longest pattern in characters; API Gateway's bound on a URL. */
const maximumPatternLength = 4096;

const parameterSegment = /^\{(?<name>[A-Za-z_][\w.:-]*)(?<rest>\+?)\}$/;
// "?" and "#" end a path, "%" would be decoded in the request only, "." and ".." are resolved by clients.
const textSegment = /^(?!\.{1,2}$)[^\s{}?#%\\\p{Cc}]+$/u;

/**
 * Reads `/plain`, `/with/{parameter}` and `/with/{rest+}`.
 * Throws `HoldfastError` `PATH_INVALID`, saying which segment is at fault.
 */
export function parsePathPattern(text: string): PathPattern {
  if (!text.startsWith("/")) throw invalid(text, "it does not start with /");
  if (text.length > maximumPatternLength)
    throw invalid(text, `it is longer than ${maximumPatternLength} characters`);
  if (text === "/") return { text, segments: [] };

  const segments = text
    .slice(1)
    .split("/")
    .map((segment) => parseSegment(segment, text));
  const rest = segments.findIndex((segment) => segment.kind === "rest");
  if (rest !== -1 && rest !== segments.length - 1) throw invalid(text, "{name+} may only stand at the end");
  const names = segments.flatMap((segment) => (segment.kind === "text" ? [] : [segment.name]));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(text, `it names {${twice}} twice`);
  return { text, segments };
}

function parseSegment(segment: string, text: string): PathSegment {
  if (segment === "") throw invalid(text, "it has an empty segment; a path does not end with /");
  const parameter = parameterSegment.exec(segment)?.groups;
  if (parameter?.name !== undefined)
    return { kind: parameter.rest === "+" ? "rest" : "parameter", name: parameter.name };
  if (!textSegment.test(segment)) throw invalid(text, `"${segment}" is no plain segment, {name} or {name+}`);
  return { kind: "text", text: segment };
}

function invalid(text: string, why: string): HoldfastError {
  return new HoldfastError("PATH_INVALID", `The path "${text.slice(0, 200)}" cannot be used: ${why}`);
}

/**
 * The values of the pattern's parameters, URI-decoded, when the pattern matches the raw path (without its query);
 * else undefined. One slash at the end of the path is ignored, save by `{name+}`, which takes it. A path with a
 * malformed escape matches no pattern.
 */
export function matchPath(pattern: PathPattern, path: string): Readonly<Record<string, string>> | undefined {
  if (!path.startsWith("/")) return undefined;
  const { segments } = pattern;
  const values: [string, string][] = [];
  let position = 1;
  for (const segment of segments) {
    const slash = path.indexOf("/", position);
    const end = slash === -1 || segment.kind === "rest" ? path.length : slash;
    const value = decode(path.slice(position, end));
    if (value === undefined || value === "") return undefined;
    if (segment.kind !== "text") values.push([segment.name, value]);
    else if (segment.text !== value) return undefined;
    position = end + 1;
  }
  // What may be left is nothing, or one slash: then the position stands exactly behind it.
  if (position < path.length) return undefined;
  // Not by assignment: a parameter may be called __proto__.
  return Object.fromEntries(values);
}

function decode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Sorts the most specific first: at the first segment that differs in kind, text goes before `{name}`, and that
 * before `{name+}`. 0 means that the two match the same paths.
 */
export function comparePatterns(a: PathPattern, b: PathPattern): number {
  for (const [at, segment] of a.segments.entries()) {
    const other = b.segments[at];
    if (other === undefined) return -1;
    const difference = compareSegments(segment, other);
    if (difference !== 0) return difference;
  }
  return a.segments.length - b.segments.length === 0 ? 0 : 1;
}

const segmentOrder = { text: 0, parameter: 1, rest: 2 } as const satisfies Record<
  PathSegment["kind"],
  number
>;

function compareSegments(a: PathSegment, b: PathSegment): number {
  if (a.kind !== "text" || b.kind !== "text") return segmentOrder[a.kind] - segmentOrder[b.kind];
  if (a.text === b.text) return 0;
  return a.text < b.text ? -1 : 1;
}

/** The same text for patterns that match exactly the same paths: they differ at most in their parameters' names. */
export function pathShape(pattern: PathPattern): string {
  return `/${pattern.segments.map(toShape).join("/")}`;
}

// No plain segment holds a brace.
function toShape(segment: PathSegment): string {
  if (segment.kind === "text") return segment.text;
  return segment.kind === "rest" ? "{+}" : "{}";
}
