/** What a setting may be. Everything is read from text: a file, a variable and a flag say the same things the same way. */
export type Kind = ScalarKind<unknown> | ListKind<unknown> | MapKind<unknown>;

export interface ScalarKind<T> {
  readonly shape: "scalar";
  /** In a few words, for tables. */
  readonly name: string;
  /** What may stand behind "Give …". */
  readonly allowed: string;
  /** Undefined for what is not allowed. Relative paths begin at `folder`. */
  parse(text: string, folder: string): T | undefined;
  /** How people write it; as it is unless said. */
  write?(value: T): string;
}

export interface ListKind<T> {
  readonly shape: "list";
  readonly name: string;
  readonly item: ScalarKind<T>;
}

export interface MapKind<T> {
  readonly shape: "map";
  readonly name: string;
  readonly key: ScalarKind<string>;
  readonly value: ScalarKind<T>;
}

/** The kind that fits a type of the configuration. */
export type KindOf<T> = [T] extends [readonly (infer Item)[]]
  ? ListKind<Item>
  : [T] extends [Readonly<Record<string, infer Value>>]
    ? MapKind<Value>
    : ScalarKind<T>;

/** `isAllowed` judges what is not told by a pattern. */
export function text(
  name: string,
  allowed: string,
  isAllowed: RegExp | ((text: string) => boolean) = () => true,
): ScalarKind<string> {
  const holds = typeof isAllowed === "function" ? isAllowed : (given: string) => isAllowed.test(given);
  return {
    shape: "scalar",
    name,
    allowed,
    parse: (given) => (holds(given) ? given : undefined),
  };
}

export function oneOf<const Word extends string>(...words: readonly Word[]): ScalarKind<Word> {
  return {
    shape: "scalar",
    name: words.join(", "),
    allowed: words.join(", ").replace(/, ([^,]*)$/, " or $1"),
    parse: (given) => words.find((word) => word === given),
  };
}

const yes = ["true", "yes", "on", "1"];
const no = ["false", "no", "off", "0"];

export const flag: ScalarKind<boolean> = {
  shape: "scalar",
  name: "true, false",
  allowed: "true or false",
  parse(given) {
    const word = given.toLowerCase();
    return yes.includes(word) ? true : no.includes(word) ? false : undefined;
  },
};

export function wholeNumber(from: number, to?: number): ScalarKind<number> {
  return {
    shape: "scalar",
    name: `whole number ${range(from, to)}`,
    allowed: `a whole number ${range(from, to)}`,
    parse: (given) => within(/^\d+$/.test(given) ? Number(given) : NaN, from, to),
  };
}

export function number(from: number, to?: number): ScalarKind<number> {
  return {
    shape: "scalar",
    name: `number ${range(from, to)}`,
    allowed: `a number ${range(from, to)}`,
    parse: (given) => within(/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(given) ? Number(given) : NaN, from, to),
  };
}

type Units = readonly (readonly [unit: string, size: number])[];

const timeUnits: Units = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** Powers of 1,024, as people mean them who bound what a server takes; `KiB` and its like say the same. */
const sizeUnits: Units = [
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
  ["B", 1],
];

export function duration(fromMs: number, toMs: number): ScalarKind<number> {
  const bounds = `from ${writeUnits(fromMs, timeUnits)} to ${writeUnits(toMs, timeUnits)}`;
  return {
    shape: "scalar",
    name: `duration ${bounds}`,
    allowed: `a number of milliseconds, or a text such as 30s, 10m or 500ms, ${bounds}`,
    parse: (given) => within(parseUnits(given, timeUnits), fromMs, toMs),
    write: (value) => writeUnits(value, timeUnits),
  };
}

export function bytes(from: number, to: number): ScalarKind<number> {
  const bounds = `from ${writeUnits(from, sizeUnits)} to ${writeUnits(to, sizeUnits)}`;
  return {
    shape: "scalar",
    name: `size ${bounds}`,
    allowed: `a number of bytes, or a text such as 64KB or 10MB, ${bounds}`,
    parse: (given) => within(parseUnits(given.replace(/(?<=[KMG])iB$/i, "B"), sizeUnits), from, to),
    write: (value) => writeUnits(value, sizeUnits),
  };
}

export function list<T>(item: ScalarKind<T>): ListKind<T> {
  return { shape: "list", name: `list of ${item.name}s`, item };
}

export function mapOf<T>(name: string, key: ScalarKind<string>, value: ScalarKind<T>): MapKind<T> {
  return { shape: "map", name, key, value };
}

function parseUnits(given: string, units: Units): number {
  const [, digits, written] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(given) ?? [];
  const size =
    written === "" ? 1 : units.find(([unit]) => unit.toLowerCase() === written?.toLowerCase())?.[1];
  const value = Number(digits) * (size ?? NaN);
  return Number.isSafeInteger(value) ? value : NaN;
}

function writeUnits(value: number, units: Units): string {
  const [unit, size] = units.find(([, one]) => value >= one && value % one === 0) ?? ["", 1];
  return `${value / size}${unit}`;
}

function range(from: number, to: number | undefined): string {
  return to === undefined ? `from ${from} on` : `from ${from} to ${to}`;
}

function within(value: number, from: number, to = Number.MAX_SAFE_INTEGER): number | undefined {
  return value >= from && value <= to ? value : undefined;
}
