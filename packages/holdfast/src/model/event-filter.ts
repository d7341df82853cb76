import { isRecord } from "../base/is-record.ts";
import { matcherOf, type Matcher } from "./event-matcher.ts";
import { EventPatternError } from "./event-pattern-error.ts";

/** Whether an event fits a pattern. */
export type EventFilter = (event: unknown) => boolean;

/** How deep patterns may go. */
const maximumDepth = 50;

/**
 * A filter of the patterns that EventBridge's rules and Lambda's event source mappings have (documented): each name of
 * the pattern has to fit, and of what a name lists, one. Of lists in the event one element has to fit. Throws
 * `EventPatternError` for what is no such pattern.
 */
export function createEventFilter(pattern: unknown): EventFilter {
  const node = readPattern(pattern, "", 0);
  return (event) => fits(node, [event]);
}

/** Of a pattern in JSON. Throws `EventPatternError`. */
export function parseEventFilter(text: string): EventFilter {
  return createEventFilter(parseEventPattern(text));
}

export function parseEventPattern(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new EventPatternError(`The pattern is not JSON: ${(error as Error).message}`);
  }
}

interface PatternNode {
  readonly members: readonly { readonly name: string; readonly node: PatternNode | readonly Matcher[] }[];
  /** One of each has to fit. */
  readonly alternatives: readonly PatternNode[];
}

function readPattern(pattern: unknown, path: string, depth: number): PatternNode {
  if (!isRecord(pattern)) throw new EventPatternError(`The pattern${at(path)} has to be an object`);
  if (depth > maximumDepth)
    throw new EventPatternError(`The pattern is nested more than ${maximumDepth} levels deep`);
  const { $or, ...named } = pattern;
  if ($or !== undefined && !isAlternatives($or))
    throw new EventPatternError(`$or${at(path)} has to list two patterns or more`);
  return {
    members: Object.entries(named).map(([name, value]) => {
      const inner = path === "" ? name : `${path}.${name}`;
      return {
        name,
        node: Array.isArray(value) ? readMatchers(value, inner) : readPattern(value, inner, depth + 1),
      };
    }),
    alternatives: ($or ?? []).map((one) => readPattern(one, path, depth + 1)),
  };
}

function isAlternatives(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 1;
}

function readMatchers(values: readonly unknown[], path: string): readonly Matcher[] {
  if (values.length === 0) throw new EventPatternError(`The pattern${at(path)} lists nothing`);
  return values.map((value) => matcherOf(value, path));
}

function at(path: string): string {
  return path === "" ? "" : ` at ${path}`;
}

/** `found` is what stands at the place, one for each element of the lists on the way. */
function fits({ members, alternatives }: PatternNode, found: readonly unknown[]): boolean {
  const isFit = members.every(({ name, node }) => {
    const values = found.flatMap((one) => (isRecord(one) && Object.hasOwn(one, name) ? flat(one[name]) : []));
    return "members" in node ? fits(node, values) : node.some((matches) => matches(values));
  });
  return isFit && (alternatives.length === 0 || alternatives.some((one) => fits(one, found)));
}

function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]).flatMap(flat) : [value];
}
