import { isList, isObject, kindOf } from "./json-kinds.ts";
import type { Json, JsonObject, Problems, TemplatePath } from "./template.ts";

const loopKey = "Fn::ForEach::";
/** What all loops of a template make together. */
const maxIterations = 10_000;

export interface ExpandedTemplate {
  readonly root: JsonObject;
  /** By logical id, where a resource is written that a loop made. */
  readonly madeFrom: ReadonlyMap<string, TemplatePath>;
}

/**
 * Writes out the loops (`Fn::ForEach`) of a template, as the language extensions do: the body once for each value, with
 * `${Name}`, `&{Name}` (letters and digits only) and `Ref` of the loop's name replaced by it.
 *
 * @param given values of parameters, which count more than their defaults
 */
export function expandLoops(
  root: JsonObject,
  given: Readonly<Record<string, string>>,
  problems: Problems,
): ExpandedTemplate {
  const madeFrom = new Map<string, TemplatePath>();
  const expander = new LoopExpander(root, given, problems);
  const sections = Object.entries(root).map(([section, value]): [string, Json] => {
    if (!["Conditions", "Resources", "Outputs"].includes(section)) return [section, value];
    const note =
      section === "Resources" ? (key: string, path: TemplatePath) => madeFrom.set(key, path) : undefined;
    return [section, isObject(value) ? expander.expandObject(value, [section], note) : value];
  });
  return { root: Object.fromEntries(sections), madeFrom };
}

class LoopExpander {
  readonly #root: JsonObject;
  readonly #given: Readonly<Record<string, string>>;
  readonly #problems: Problems;
  #iterations = 0;

  constructor(root: JsonObject, given: Readonly<Record<string, string>>, problems: Problems) {
    this.#root = root;
    this.#given = given;
    this.#problems = problems;
  }

  expandObject(
    object: JsonObject,
    path: TemplatePath,
    note?: (key: string, path: TemplatePath) => void,
  ): JsonObject {
    const entries = new Map<string, Json>();
    for (const [key, value] of Object.entries(object)) {
      if (!key.startsWith(loopKey)) {
        this.#add(entries, key, this.#expand(value, [...path, key]), [...path, key]);
        continue;
      }
      for (const made of this.#runLoop(value, [...path, key])) {
        this.#add(entries, made.key, made.value, made.path);
        note?.(made.key, made.path);
      }
    }
    return Object.fromEntries(entries);
  }

  #expand(value: Json, path: TemplatePath): Json {
    if (isList(value)) return value.map((item, index) => this.#expand(item, [...path, index]));
    return isObject(value) ? this.expandObject(value, path) : value;
  }

  #add(entries: Map<string, Json>, key: string, value: Json, path: TemplatePath): void {
    if (entries.has(key)) this.#report(path, `A loop makes ${key}, which is there already`);
    else entries.set(key, value);
  }

  #runLoop(
    loop: Json,
    path: TemplatePath,
  ): readonly { readonly key: string; readonly value: Json; readonly path: TemplatePath }[] {
    const [name, collection = null, body] = isList(loop) && loop.length === 3 ? loop : [];
    if (typeof name !== "string" || !isObject(body)) {
      this.#report(path, "A loop is a list of a name, a list of values and a map to be repeated");
      return [];
    }
    const values = this.#valuesOf(collection, [...path, 1]);
    const bodyPath = [...path, 2];
    return values.flatMap((value) => {
      this.#iterations += 1;
      if (this.#iterations > maxIterations) {
        if (this.#iterations === maxIterations + 1) {
          this.#report(path, `The template's loops go round more than ${maxIterations} times`);
        }
        return [];
      }
      const replace = replacing(name, value);
      return Object.entries(body).flatMap(([key, item]) => {
        const itemPath = [...bodyPath, key];
        const replaced = replaceIn(item, name, value, replace);
        if (key.startsWith(loopKey)) return this.#runLoop(replaced, itemPath);
        return [{ key: replace(key), value: this.#expand(replaced, itemPath), path: itemPath }];
      });
    });
  }

  /** A list of texts, or a parameter that is one: CloudFormation takes nothing else that is known before it deploys. */
  #valuesOf(collection: Json, path: TemplatePath): readonly string[] {
    const items = isList(collection) ? collection : [collection];
    return items.flatMap((item, index): readonly string[] => {
      if (isList(collection) && typeof item !== "object") return [String(item)];
      const name = isObject(item) ? item["Ref"] : undefined;
      const text = typeof name === "string" ? this.#parameter(name) : undefined;
      if (text !== undefined) return text.split(",").map((part) => part.trim());
      const message = `A loop goes over texts and parameters that hold some, not ${kindOf(item)}`;
      this.#report(isList(collection) ? [...path, index] : path, message);
      return [];
    });
  }

  #parameter(name: string): string | undefined {
    if (Object.hasOwn(this.#given, name)) return this.#given[name];
    const parameters = this.#root["Parameters"];
    const declaration =
      isObject(parameters) && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const value = isObject(declaration) ? declaration["Default"] : undefined;
    return typeof value === "string" ? value : undefined;
  }

  #report(path: TemplatePath, message: string): void {
    this.#problems.error(path, "TEMPLATE_INVALID", message);
  }
}

function replacing(name: string, value: string): (text: string) => string {
  const plain = value.replaceAll(/[^A-Za-z0-9]/g, "");
  return (text) => text.replaceAll(`\${${name}}`, () => value).replaceAll(`&{${name}}`, () => plain);
}

function replaceIn(value: Json, name: string, by: string, replace: (text: string) => string): Json {
  if (typeof value === "string") return replace(value);
  if (isList(value)) return value.map((item) => replaceIn(item, name, by, replace));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && value["Ref"] === name) return by;
  return Object.fromEntries(
    keys.map((key) => [replace(key), replaceIn(value[key] ?? null, name, by, replace)]),
  );
}
