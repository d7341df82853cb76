/** Reads values out of JSON by the part of JSONPath that API Gateway's guide shows: no filters, slices or unions. */
export interface JsonPath {
  readonly steps: readonly JsonPathStep[];
  /** Whether it names one place at most. Other paths yield lists. */
  readonly definite: boolean;
}

export interface JsonPathStep {
  /** Whether it looks at everything below, too: `..a`. */
  readonly deep: boolean;
  /** A name in an object, a position in a list, or everything. */
  readonly take: string | number | typeof everything;
}

const everything = Symbol("everything");

/** The longest path; what a template builds at run time is looked at, too. */
const maximumPathLength = 2048;
/** The most values one path looks at or yields; a message of 128 KB holds at most half as many. */
const maximumVisits = 100_000;

const pathStep =
  /(?<dots>\.\.?)(?:(?<name>[\p{L}\p{N}_@:-]+)|(?<star>\*))|(?<deep>\.\.)?\[(?:'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<index>-?\d{1,9})|(?<all>\*))\]/uy;

/**
 * `$`, `.a`, `['a']`, `[0]`, `[*]`, `.*`, `..a`. The dollar may be left out, and then the first dot. Undefined for
 * anything else.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (text.length > maximumPathLength) return undefined;
  const rest = text.startsWith("$") ? text.slice(1) : /^[.[]/.test(text) ? text : `.${text}`;
  const steps: JsonPathStep[] = [];
  const matcher = new RegExp(pathStep);
  while (matcher.lastIndex < rest.length) {
    const groups = matcher.exec(rest)?.groups;
    if (groups === undefined) return undefined;
    const name = groups.name ?? groups.single ?? groups.double;
    const take = name ?? (groups.index === undefined ? everything : Number(groups.index));
    steps.push({ deep: groups.dots === ".." || groups.deep !== undefined, take });
  }
  return { steps, definite: steps.every(({ deep, take }) => !deep && take !== everything) };
}

/**
 * What stands at the path; undefined when nothing does, and for a path that would look at more than 100,000 values.
 * `spend` is told how many it looks at. A path that may name several places yields a list of all there are, even if there are none.
 */
export function readJsonPath(
  { steps, definite }: JsonPath,
  json: unknown,
  spend: (visits: number) => void = () => {},
): unknown {
  let values: readonly unknown[] = [json];
  for (const { deep, take } of steps) {
    const from = deep ? withDescendants(values) : values;
    if (from === undefined) return undefined;
    spend(from.length);
    values = from.flatMap((value) => childrenOf(value, take));
    if (values.length > maximumVisits) return undefined;
  }
  return definite ? values[0] : values;
}

function childrenOf(value: unknown, take: JsonPathStep["take"]): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (take === everything) return Object.values(value);
  // Names lead into objects and positions into lists; and only into what the JSON itself holds.
  if (Array.isArray(value) !== (typeof take === "number") || !Object.hasOwn(value, take)) return [];
  return [(value as Record<string | number, unknown>)[take]];
}

/** The values and all below them, in the order of the text. Undefined when there are too many. */
function withDescendants(values: readonly unknown[]): readonly unknown[] | undefined {
  const found: unknown[] = [];
  const waiting = values.toReversed();
  while (waiting.length > 0) {
    const value = waiting.pop();
    found.push(value);
    if (found.length > maximumVisits) return undefined;
    if (typeof value === "object" && value !== null)
      for (const child of Object.values(value).toReversed()) waiting.push(child);
  }
  return found;
}
