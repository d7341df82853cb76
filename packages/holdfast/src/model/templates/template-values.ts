import { TemplateFault } from "./template-fault.ts";

/** What a template computes with: JSON's values as Java's classes, and never a JavaScript object with a prototype. */
export type TemplateValue =
  | null
  | boolean
  | number
  | string
  | TemplateList
  | TemplateMap
  | TemplateEntry
  | TemplateTool;

export type TemplateMap = Map<string, TemplateValue>;

export class TemplateList {
  readonly items: TemplateValue[];
  /** Whether it came from JSON: API Gateway prints such a list as JSON, others as Java does (reported). */
  readonly fromJson: boolean;

  constructor(items: TemplateValue[], fromJson = false) {
    this.items = items;
    this.fromJson = fromJson;
  }
}

/** One of a map's entries. */
export class TemplateEntry {
  readonly key: string;
  readonly value: TemplateValue;

  constructor(key: string, value: TemplateValue) {
    this.key = key;
    this.value = value;
  }
}

/** `$input`, `$util`: functions and values under names. */
export class TemplateTool {
  readonly methods: ReadonlyMap<string, TemplateFunction>;
  readonly property: (name: string) => TemplateValue;

  constructor(
    methods: Readonly<Record<string, TemplateFunction>>,
    property: (name: string) => TemplateValue = () => null,
  ) {
    this.methods = new Map(Object.entries(methods));
    this.property = property;
  }
}

export type TemplateFunction = (...values: readonly TemplateValue[]) => TemplateValue;

const maximumValueDepth = 100;
/** The longest text that a template may make, in UTF-16 units. */
export const maximumTextLength = 1_048_576;

/** Told how much work is done, in steps of a rendering; throws `TemplateFault` when it is too much. */
export type Spend = (steps: number) => void;

/** Throws `TemplateFault` for JSON that nests too deep. */
export function fromJson(json: unknown, spend: Spend, depth = 0): TemplateValue {
  spend(1);
  if (depth > maximumValueDepth) throw new TemplateFault("the JSON nests too deep");
  if (json === null || json === undefined) return null;
  if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  if (Array.isArray(json))
    return new TemplateList(
      json.map((item) => fromJson(item, spend, depth + 1)),
      true,
    );
  if (typeof json !== "object") return null;
  return new Map(Object.entries(json).map(([name, value]) => [name, fromJson(value, spend, depth + 1)]));
}

/** As it is printed: nothing for null, as API Gateway does with whatever is not there (reported). */
export function toText(value: TemplateValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  const writer = new ValueWriter();
  if (value instanceof TemplateList && value.fromJson) writer.json(value, 0);
  else writer.java(value, 0);
  return writer.text;
}

/** JSON, for `$input.json`. */
export function toJson(value: TemplateValue): string {
  const writer = new ValueWriter();
  writer.json(value, 0);
  return writer.text;
}

/** Writes nested values; bounded, since a template may put a list into itself. */
class ValueWriter {
  text = "";

  json(value: TemplateValue, depth: number): void {
    this.#check(depth);
    if (value instanceof TemplateList)
      this.#between("[", "]", ",", value.items, (item) => this.json(item, depth + 1));
    else if (value instanceof Map)
      this.#between("{", "}", ",", value, ([name, one]) => {
        this.text += `${JSON.stringify(name)}:`;
        this.json(one, depth + 1);
      });
    else if (typeof value === "object" && value !== null) this.java(value, depth);
    else this.text += JSON.stringify(value);
  }

  /** `[a, b]` and `{name=value}`. */
  java(value: TemplateValue, depth: number): void {
    this.#check(depth);
    if (value instanceof TemplateList && value.fromJson) this.json(value, depth);
    else if (value instanceof TemplateList)
      this.#between("[", "]", ", ", value.items, (item) => this.java(item, depth + 1));
    else if (value instanceof Map)
      this.#between("{", "}", ", ", value, ([name, one]) => {
        this.text += `${name}=`;
        this.java(one, depth + 1);
      });
    else if (value instanceof TemplateEntry) {
      this.text += `${value.key}=`;
      this.java(value.value, depth + 1);
    } else if (!(value instanceof TemplateTool)) this.text += String(value);
  }

  #between<Item>(
    open: string,
    close: string,
    comma: string,
    items: Iterable<Item>,
    write: (item: Item) => void,
  ): void {
    this.text += open;
    let first = true;
    for (const item of items) {
      if (!first) this.text += comma;
      first = false;
      write(item);
    }
    this.text += close;
  }

  #check(depth: number): void {
    if (depth > maximumValueDepth) throw new TemplateFault("a value nests too deep to be printed");
    if (this.text.length > maximumTextLength) throw new TemplateFault("a value is too long to be printed");
  }
}

/** Velocity 1: only null and false are not true. Whether API Gateway counts empty text as true is not known for sure. */
export function isTrue(value: TemplateValue): boolean {
  return value !== null && value !== false;
}

/**
 * Different kinds are compared as text, so that what is not there equals empty text. Lists and maps equal themselves
 * only: to compare what they hold may take long.
 */
export function areEqual(a: TemplateValue, b: TemplateValue): boolean {
  if (a === b) return true;
  const isPlain = (value: TemplateValue): boolean => typeof value !== "object" || value === null;
  return isPlain(a) && isPlain(b) && typeof a !== typeof b && toText(a) === toText(b);
}
