import type { Range } from "../../../model/ranges.ts";
import { asText, isList, isObject } from "../template/json-kinds.ts";
import type { Json, JsonObject, Problems, TemplatePath } from "../template/template.ts";
import type { ResolvedResource } from "./draft.ts";

/**
 * An object of a template, read as what its author meant. Each reading of a value of the wrong kind is reported as
 * TEMPLATE_PROPERTY_INVALID at its path, and gives undefined (or nothing), as a property does that is not there.
 */
export interface Properties {
  readonly path: TemplatePath;
  readonly value: JsonObject;
  has(name: string): boolean;
  /** Numbers and booleans are text too, as in CloudFormation. */
  text(name: string): string | undefined;
  /** CloudFormation takes "30" for 30. */
  number(name: string, range?: Range): number | undefined;
  /** CloudFormation takes "true" for true. */
  flag(name: string): boolean | undefined;
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined;
  object(name: string): Properties | undefined;
  objects(name: string): readonly Properties[];
  /** An object, or its text in JSON: CloudFormation takes both where a service wants a document. */
  document(name: string): Properties | undefined;
  /** A single text is a list of one. */
  texts(name: string): readonly string[];
  /** Names to texts. */
  textMap(name: string): Readonly<Record<string, string>>;
  /** Reports those of the names that have no value; false when there were any. */
  require(...names: readonly string[]): boolean;
  /** Reports a value that CloudFormation, or the service, would refuse. `message` follows the property's name. */
  refuse(name: string, message: string, hint?: string): undefined;
  /** Says (TEMPLATE_RESOURCE_IGNORED) what follows from a property's not being run as on AWS. */
  ignore(name: string, consequence: string): undefined;
}

export function propertiesOf(resource: ResolvedResource, problems: Problems): Properties {
  const title = `${resource.logicalId} (${resource.type})`;
  return readProperties(resource.properties, [...resource.path, "Properties"], title, problems);
}

/** `title` is what messages call the resource, or whatever the object belongs to. */
export function readProperties(
  value: JsonObject,
  path: TemplatePath,
  title: string,
  problems: Problems,
): Properties {
  const refuseAt = (at: TemplatePath, message: string, hint?: string): undefined => {
    const name = nameOfPath(at, path.length);
    problems.error(at, "TEMPLATE_PROPERTY_INVALID", `"${name}" of ${title} ${message}`, hint);
  };
  const read = <T>(name: string, kind: string, as: (value: Json) => T | undefined): T | undefined => {
    const found = value[name];
    if (found === undefined || found === null) return undefined;
    return as(found) ?? refuseAt([...path, name], `is to be ${kind}, and is ${describe(found)}`);
  };
  const nested = (found: JsonObject, at: TemplatePath): Properties =>
    readProperties(found, at, title, problems);
  const objectBy = (as: (value: Json) => JsonObject | undefined, name: string): Properties | undefined => {
    const found = read(name, "an object", as);
    return found && nested(found, [...path, name]);
  };
  const items = <T>(name: string, kind: string, as: (value: Json) => T | undefined) =>
    (read(name, `a list of ${kind}s`, asList) ?? []).flatMap((item, index) => {
      const at = [...path, name, index];
      const taken = as(item) ?? refuseAt(at, `is to be ${articleOf(kind)} ${kind}, and is ${describe(item)}`);
      return taken === undefined ? [] : [{ taken, at }];
    });
  return {
    path,
    value,
    has: (name) => value[name] !== undefined && value[name] !== null,
    text: (name) => read(name, "text", asText),
    number: (name, range) => {
      const found = read(name, "a number", asNumber);
      if (found === undefined || range === undefined || fits(found, range)) return found;
      return refuseAt([...path, name], `is ${found}; it may be ${describeRange(range)}`);
    },
    flag: (name) => read(name, "true or false", asFlag),
    choice: (name, choices) => {
      const found = read(name, "text", asText);
      if (found === undefined) return undefined;
      return (
        choices.find((choice) => choice === found) ??
        refuseAt([...path, name], `is "${found}"; it may be ${choices.join(", ")}`)
      );
    },
    object: (name) => objectBy(asObject, name),
    document: (name) => objectBy(asDocument, name),
    objects: (name) => items(name, "object", asObject).map(({ taken, at }) => nested(taken, at)),
    texts: (name) => {
      const single = asText(value[name] ?? null);
      return single === undefined ? items(name, "text", asText).map(({ taken }) => taken) : [single];
    },
    textMap: (name) => textsOf(objectBy(asObject, name)),
    require: (...names) => {
      const missing = names.filter((name) => value[name] === undefined || value[name] === null);
      for (const name of missing) refuseAt([...path, name], "is missing");
      return missing.length === 0;
    },
    refuse: (name, message, hint) => refuseAt([...path, name], message, hint),
    ignore: (name, consequence) => {
      const at = [...path, name];
      const message = `"${nameOfPath(at, path.length)}" of ${title} is not run as on AWS: ${consequence}`;
      problems.warn(at, "TEMPLATE_RESOURCE_IGNORED", message);
    },
  };
}

function textsOf(properties: Properties | undefined): Readonly<Record<string, string>> {
  const names = Object.keys(properties?.value ?? {});
  const entries = names.map((name) => [name, properties?.text(name)] as const);
  return Object.fromEntries(entries.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

/** `Timeout`; of things inside the resource's properties, the way to them: `KeySchema[0].KeyType`. */
function nameOfPath(path: TemplatePath, depth: number): string {
  const start = path.indexOf("Properties") + 1;
  const steps = start > 0 && start <= depth ? path.slice(start) : path.slice(-1);
  return steps
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

function asNumber(value: Json): number | undefined {
  if (typeof value === "string" && value.trim() === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function asFlag(value: Json): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  return new Map([
    ["true", true],
    ["false", false],
  ]).get(value.toLowerCase());
}

function asObject(value: Json): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function asList(value: Json): readonly Json[] | undefined {
  return isList(value) ? value : undefined;
}

/** Text in JSON counts as what it says. */
function asDocument(value: Json): JsonObject | undefined {
  if (typeof value !== "string") return asObject(value);
  try {
    return asObject(JSON.parse(value) as Json);
  } catch {
    return undefined;
  }
}

function fits(value: number, { from, to, fractions }: Range): boolean {
  return (fractions === true || Number.isInteger(value)) && value >= from && value <= to;
}

function describeRange({ from, to, unit, fractions }: Range): string {
  return `${fractions === true ? "" : "a whole number "}from ${from} to ${to}${unit === "" ? "" : ` ${unit}`}`;
}

function articleOf(kind: string): string {
  return /^[aeiou]/.test(kind) ? "an" : "a";
}

function describe(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  if (isObject(value)) return "an object";
  return typeof value === "string" ? `text, "${value.slice(0, 100)}"` : `${typeof value} ${String(value)}`;
}
