import { isList, isObject } from "../template/json-kinds.ts";
import type { Json, TemplatePath } from "../template/template.ts";

/** `{{resolve:ssm:/name}}`: a value that CloudFormation fetches when it deploys. */
export interface DynamicReference {
  /** The whole reference with its braces. */
  readonly text: string;
  readonly service: "ssm" | "ssm-secure" | "secretsmanager";
  /** What follows the service, such as `/name:1`. */
  readonly reference: string;
  /** The text that it stands in. */
  readonly path: TemplatePath;
}

/** The value of a dynamic reference, where the caller knows it. */
export type DynamicValue = (reference: DynamicReference) => string | undefined;

const pattern = /\{\{resolve:(?<service>ssm|ssm-secure|secretsmanager):(?<reference>[^{}]+)\}\}/g;

/** All dynamic references in a value. */
export function findDynamicReferences(value: Json, path: TemplatePath): readonly DynamicReference[] {
  if (typeof value === "string") return [...value.matchAll(pattern)].map((match) => toReference(match, path));
  if (isList(value)) return value.flatMap((item, index) => findDynamicReferences(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => findDynamicReferences(item, [...path, name]));
}

/** The value with dynamic references replaced by what is known of them; the others stay. */
export function replaceDynamicReferences(value: Json, path: TemplatePath, known: DynamicValue): Json {
  if (typeof value === "string") {
    return value.replaceAll(pattern, (text, service: DynamicReference["service"], reference: string) => {
      return known({ text, service, reference, path }) ?? text;
    });
  }
  if (isList(value)) {
    return value.map((item, index) => replaceDynamicReferences(item, [...path, index], known));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      replaceDynamicReferences(item, [...path, name], known),
    ]),
  );
}

function toReference(match: RegExpExecArray, path: TemplatePath): DynamicReference {
  const { service = "", reference = "" } = match.groups ?? {};
  return { text: match[0], service: service as DynamicReference["service"], reference, path };
}
