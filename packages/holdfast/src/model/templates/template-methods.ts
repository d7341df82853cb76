import { TemplateFault } from "./template-fault.ts";
import { costOfPattern, patternFor, replacePattern } from "./template-patterns.ts";
import {
  areEqual,
  maximumTextLength,
  TemplateEntry,
  TemplateList,
  TemplateTool,
  toText,
  type TemplateMap,
  type TemplateValue,
} from "./template-values.ts";

type Methods<Self> = Readonly<
  Record<string, (self: Self, ...values: readonly TemplateValue[]) => TemplateValue>
>;

/** The methods of Java's classes that templates use. Undefined when the value has no such method. */
export function callMethod(
  self: TemplateValue,
  name: string,
  values: readonly TemplateValue[],
): TemplateValue | undefined {
  if (self === null) return undefined;
  if (self instanceof TemplateTool) return self.methods.get(name)?.(...values);
  const own =
    typeof self === "string"
      ? lookUp(textMethods, name)?.(self, ...values)
      : typeof self === "number"
        ? lookUp(numberMethods, name)?.(self, ...values)
        : typeof self === "boolean"
          ? undefined
          : self instanceof TemplateList
            ? lookUp(listMethods, name)?.(self, ...values)
            : self instanceof Map
              ? lookUp(mapMethods, name)?.(self, ...values)
              : lookUp(entryMethods, name)?.(self, ...values);
  return own === undefined ? lookUp(commonMethods, name)?.(self, ...values) : own;
}

/** Lists that grow by lists could grow without end. */
const maximumListLength = 100_000;

/** How much a method may have to go through, in steps of a rendering. */
export function costOf(self: TemplateValue, name: string, values: readonly TemplateValue[]): number {
  if (typeof self === "string") {
    if (!patternMethods.has(name)) return self.length >> 8;
    // Many short parts cost more than one long text.
    return costOfPattern(self, text(values[0])) + (name === "split" ? self.length >> 3 : 0);
  }
  if (self instanceof TemplateList) return self.items.length >> 4;
  if (self instanceof Map) return self.size >> 4;
  return 0;
}

const patternMethods: ReadonlySet<string> = new Set(["matches", "replaceAll", "replaceFirst", "split"]);

function lookUp<Self>(methods: Methods<Self>, name: string): Methods<Self>[string] | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

const text = (value: TemplateValue | undefined): string => toText(value ?? null);

/** A whole number, as positions are. */
function whole(value: TemplateValue | undefined): number {
  const parsed = Number(text(value));
  if (!Number.isInteger(parsed)) throw new TemplateFault(`"${text(value).slice(0, 100)}" is no whole number`);
  return parsed;
}

const commonMethods: Methods<TemplateValue> = {
  toString: (self: TemplateValue) => toText(self),
  equals: (self, other = null) => areEqual(self, other),
};

const textMethods: Methods<string> = {
  length: (self) => self.length,
  isEmpty: (self) => self === "",
  equalsIgnoreCase: (self, other) => self.toLowerCase() === text(other).toLowerCase(),
  compareTo: (self, other) => (self < text(other) ? -1 : self > text(other) ? 1 : 0),
  contains: (self, part) => self.includes(text(part)),
  startsWith: (self, part) => self.startsWith(text(part)),
  endsWith: (self, part) => self.endsWith(text(part)),
  indexOf: (self, part, from) => self.indexOf(text(part), from === undefined ? 0 : whole(from)),
  lastIndexOf: (self, part) => self.lastIndexOf(text(part)),
  charAt: (self, at) => substring(self, whole(at), whole(at) + 1),
  substring: (self, from, to) => substring(self, whole(from), to === undefined ? self.length : whole(to)),
  concat: (self, other) => self + text(other),
  trim: (self) => self.trim(),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  replace: (self, part, by) =>
    bounded(self.length * (text(by).length + 1), () => self.replaceAll(text(part), () => text(by))),
  replaceAll: (self, pattern, by) =>
    bounded(self.length * (text(by).length + 1), () => replacePattern(self, text(pattern), text(by), "g")),
  replaceFirst: (self, pattern, by) => replacePattern(self, text(pattern), text(by), ""),
  matches: (self, pattern) => patternFor(self, `^(?:${text(pattern)})$`).test(self),
  split: (self, pattern, limit) => new TemplateList(split(self, text(pattern), limit)),
};

/** What may come out long is estimated before, by its worst case. */
function bounded(worstLength: number, make: () => string): string {
  if (worstLength <= 64 * maximumTextLength) return make();
  throw new TemplateFault("a text would become too long");
}

function substring(self: string, from: number, to: number): string {
  if (from < 0 || to > self.length || from > to)
    throw new TemplateFault(`a text of ${self.length} characters has no part from ${from} to ${to}`);
  return self.slice(from, to);
}

/** Java leaves out the empty parts at the end. */
function split(self: string, pattern: string, limit: TemplateValue | undefined): string[] {
  const most = limit === undefined ? 0 : whole(limit);
  const parts = self.split(patternFor(self, pattern), maximumListLength + 1);
  if (parts.length > maximumListLength)
    throw new TemplateFault(`a list becomes longer than ${maximumListLength}`);
  if (most > 0 && parts.length > most) {
    const kept = parts.slice(0, most - 1);
    const start = kept.reduce((at, part) => self.indexOf(part, at) + part.length, 0);
    const separator = patternFor(self, pattern).exec(self.slice(start))?.[0].length ?? 0;
    return [...kept, self.slice(start + (most > 1 ? separator : 0))];
  }
  while (most === 0 && parts.length > 1 && parts.at(-1) === "") parts.pop();
  return parts;
}

const numberMethods: Methods<number> = {
  intValue: (self) => Math.trunc(self),
  longValue: (self) => Math.trunc(self),
  doubleValue: (self) => self,
  compareTo: (self, other) => Math.sign(self - Number(text(other))),
  // Java's static methods, which templates reach through any number.
  parseInt: (_self, from) => whole(from),
  parseLong: (_self, from) => whole(from),
  parseDouble: (_self, from) => Number(text(from)),
  valueOf: (_self: number, from: TemplateValue = null) => Number(text(from)),
};

const listMethods: Methods<TemplateList> = {
  size: ({ items }) => items.length,
  isEmpty: ({ items }) => items.length === 0,
  get: ({ items }, at) => itemAt(items, whole(at)),
  set: ({ items }, at, value = null) => {
    const before = itemAt(items, whole(at));
    items[whole(at)] = value;
    return before;
  },
  add: ({ items }, ...values) => {
    const [first = null, second] = values;
    if (second === undefined) items.push(first);
    else if (whole(first) < 0 || whole(first) > items.length)
      throw new TemplateFault(`a list has no place ${whole(first)}`);
    else items.splice(whole(first), 0, second);
    return values.length === 1 ? true : null;
  },
  addAll: ({ items }, other) => {
    if (!(other instanceof TemplateList)) return false;
    if (items.length + other.items.length > maximumListLength)
      throw new TemplateFault(`a list becomes longer than ${maximumListLength}`);
    for (const item of other.items.slice()) items.push(item);
    return true;
  },
  remove: ({ items }, at) => {
    const before = itemAt(items, whole(at));
    items.splice(whole(at), 1);
    return before;
  },
  clear: ({ items }) => {
    items.length = 0;
    return null;
  },
  contains: ({ items }, value = null) => items.some((item) => areEqual(item, value)),
  indexOf: ({ items }, value = null) => items.findIndex((item) => areEqual(item, value)),
  subList: ({ items, fromJson }, from, to) => new TemplateList(items.slice(whole(from), whole(to)), fromJson),
};

function itemAt(items: readonly TemplateValue[], at: number): TemplateValue {
  const item = items[at];
  if (item === undefined) throw new TemplateFault(`a list of ${items.length} has no item ${at}`);
  return item;
}

const mapMethods: Methods<TemplateMap> = {
  size: (self) => self.size,
  isEmpty: (self) => self.size === 0,
  get: (self, name) => self.get(text(name)) ?? null,
  getOrDefault: (self, name, otherwise = null) => self.get(text(name)) ?? otherwise,
  containsKey: (self, name) => self.has(text(name)),
  containsValue: (self, value = null) => [...self.values()].some((one) => areEqual(one, value)),
  put: (self, name, value = null) => {
    const before = self.get(text(name)) ?? null;
    self.set(text(name), value);
    return before;
  },
  putAll: (self, other) => {
    if (other instanceof Map) for (const [name, value] of other) self.set(name, value);
    return null;
  },
  remove: (self, name) => {
    const before = self.get(text(name)) ?? null;
    self.delete(text(name));
    return before;
  },
  clear: (self) => {
    self.clear();
    return null;
  },
  keySet: (self) => new TemplateList([...self.keys()]),
  values: (self) => new TemplateList([...self.values()]),
  entrySet: (self) => new TemplateList([...self].map(([key, value]) => new TemplateEntry(key, value))),
};

const entryMethods: Methods<TemplateEntry> = {
  getKey: ({ key }) => key,
  getValue: ({ value }) => value,
};

/** What `$value.name` is. */
export function propertyOf(self: TemplateValue, name: string): TemplateValue {
  if (self instanceof Map) return self.get(name) ?? null;
  if (self instanceof TemplateTool) return self.property(name);
  if (self instanceof TemplateEntry) return name === "key" ? self.key : name === "value" ? self.value : null;
  if (self instanceof TemplateList && name === "empty") return self.items.length === 0;
  return null;
}

/** What `$value[index]` is; from the end when the index is negative (Velocity). */
export function indexOf(self: TemplateValue, index: TemplateValue): TemplateValue {
  if (self instanceof Map) return self.get(text(index)) ?? null;
  if (self instanceof TemplateList && typeof index === "number") return self.items.at(index) ?? null;
  return null;
}
