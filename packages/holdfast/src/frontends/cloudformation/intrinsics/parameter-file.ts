import { HoldfastError } from "../../../base/errors.ts";
import { isList, isObject, kindOf } from "../template/json-kinds.ts";
import { readJson } from "../template/read-json.ts";
import { readYaml } from "../template/read-yaml.ts";
import { createPlaces } from "../template/source-map.ts";
import { offsetOf, toJson, type ScalarNode, type SourceNode } from "../template/source-tree.ts";
import type { Json, TemplatePath } from "../template/template.ts";

const maxFileBytes = 1024 * 1024;

/**
 * Reads a file of parameters, in JSON or YAML and in one of the forms in use: the AWS CLI's list of `ParameterKey` and
 * `ParameterValue`, CodePipeline's `{"Parameters": {…}}`, or names and values by themselves. Lists become text with
 * commas.
 *
 * @throws HoldfastError OPTION_INVALID with the place, when it is none of them
 */
export function readParametersFile(text: string, file: string): Readonly<Record<string, string>> {
  const content = parse(text, file);
  const { value } = content;
  if (isList(value)) return readPairs(content, value, [], "ParameterKey", "ParameterValue");
  const inner = isObject(value) ? value["Parameters"] : undefined;
  if (isObject(inner)) return readNames(content, inner, ["Parameters"]);
  return readNames(content, value, []);
}

/**
 * Reads a file with what other stacks export: names and values, or what `aws cloudformation list-exports` prints.
 *
 * @throws HoldfastError OPTION_INVALID with the place, when it is neither
 */
export function readImportsFile(text: string, file: string): Readonly<Record<string, string>> {
  const content = parse(text, file);
  const listed = isObject(content.value) ? content.value["Exports"] : undefined;
  if (isList(listed)) return readPairs(content, listed, ["Exports"], "Name", "Value");
  return readNames(content, content.value, []);
}

interface Content {
  readonly value: Json;
  refuse(path: TemplatePath, message: string): never;
}

function parse(text: string, file: string): Content {
  const placeAt = createPlaces(text, file);
  const refuseAt = (offset: number, message: string): never => {
    const { line = 1, column = 1 } = placeAt(offset);
    throw new HoldfastError("OPTION_INVALID", `${file}:${line}:${column}: ${message}`, {
      hint: 'The file holds {"Name": "value"}, in JSON or YAML.',
    });
  };
  if (Buffer.byteLength(text) > maxFileBytes) return refuseAt(0, `More than ${maxFileBytes} bytes`);
  const { root, faults } = /^\s*[{[]/.test(text) ? readJson(text) : readYaml(text);
  const [fault] = faults;
  if (fault !== undefined) return refuseAt(fault.offset, fault.message);
  if (root === undefined) return { value: {}, refuse: (_path, message) => refuseAt(0, message) };
  return {
    value: toJson(asWritten(root, text)),
    refuse: (path, message) => refuseAt(offsetOf(root, path), message),
  };
}

/** Values of parameters are text: 0012 stays as it is written, and so do 1.10 and yes. */
function asWritten(node: SourceNode, text: string): SourceNode {
  if (node.kind === "scalar") return scalarAsWritten(node, text);
  if (node.kind === "list") return { ...node, items: node.items.map((item) => asWritten(item, text)) };
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { ...entry, value: asWritten(entry.value, text) }] as const,
  );
  return { ...node, entries: new Map(entries) };
}

function scalarAsWritten(node: ScalarNode, text: string): ScalarNode {
  if (typeof node.value !== "number" && typeof node.value !== "boolean") return node;
  const written = /^[\w.+:-]+/.exec(text.slice(node.offset, node.offset + 100))?.[0];
  return { ...node, value: written ?? node.value };
}

function readPairs(
  content: Content,
  pairs: readonly Json[],
  path: TemplatePath,
  keyName: string,
  valueName: string,
): Readonly<Record<string, string>> {
  const entries = pairs.flatMap((pair, index): readonly (readonly [string, string])[] => {
    const at = [...path, index];
    const name = isObject(pair) ? pair[keyName] : undefined;
    if (!isObject(pair) || typeof name !== "string")
      return content.refuse(at, `Expected a map with ${keyName}`);
    // What the stack had before is not known here: as if it were not given. Its true is text by now.
    if (pair["UsePreviousValue"] === "true" && pair[valueName] === undefined) return [];
    return [[name, valueText(content, pair[valueName], [...at, valueName])]];
  });
  return Object.fromEntries(entries);
}

function readNames(content: Content, value: Json, path: TemplatePath): Readonly<Record<string, string>> {
  if (!isObject(value)) return content.refuse(path, `Expected names and values, not ${kindOf(value)}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, valueText(content, item, [...path, name])]),
  );
}

function valueText(content: Content, value: Json | undefined, path: TemplatePath): string {
  if (isList(value)) return value.map((item) => valueText(content, item, path)).join(",");
  if (value === undefined || value === null || isObject(value)) {
    return content.refuse(path, `${String(path.at(-1))} must be text, not ${kindOf(value)}`);
  }
  return String(value);
}
