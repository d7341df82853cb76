import { checkDependencies } from "./check-dependencies.ts";
import type { ExpandedTemplate } from "./expand-loops.ts";
import { isList, isObject, kindOf } from "./json-kinds.ts";
import { suggestName } from "./name-lists.ts";
import { readResource } from "./read-resource.ts";
import type { Json, JsonObject, Problems, Template, TemplatePath, TemplateResource } from "./template.ts";

const sections = [
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Rules",
  "Mappings",
  "Conditions",
  "Transform",
  "Globals",
  "Hooks",
  "Resources",
  "Outputs",
];

/** Makes a template of plain data; what has not its shape is reported and left out. */
export function checkShape({ root, madeFrom }: ExpandedTemplate, problems: Problems): Template {
  reportSections(root, problems);
  const transforms = readTransforms(root["Transform"], problems);
  if (Object.hasOwn(root, "Globals") && !transforms.some(isSam)) {
    problems.error(
      ["Globals"],
      "TEMPLATE_INVALID",
      "Only templates of SAM have Globals",
      'Add "Transform: AWS::Serverless-2016-10-31".',
    );
  }
  const resources = readResources(root, madeFrom, problems);
  if (!transforms.some(isSam)) reportSamResources(resources, problems);
  const template: Template = {
    parameters: readParameters(root, problems),
    mappings: readMappings(root, problems),
    conditions: readConditions(root, problems),
    resources,
    outputs: readOutputs(root, problems),
    transforms,
    globals: readSection(root, "Globals", problems),
    metadata: readSection(root, "Metadata", problems),
  };
  // A transform may make what is missing: then the front end checks once it has run.
  if (transforms.every((name) => name === "AWS::LanguageExtensions")) {
    checkDependencies(template, problems, {
      resources: namesIn(root["Resources"]),
      conditions: namesIn(root["Conditions"]),
    });
  }
  return template;
}

function namesIn(section: Json | undefined): readonly string[] {
  return isObject(section) ? Object.keys(section) : [];
}

function isSam(transform: string): boolean {
  return transform.startsWith("AWS::Serverless-");
}

/** One is enough: what is missing is the same for all. */
function reportSamResources(resources: Template["resources"], problems: Problems): void {
  const found = Object.entries(resources).find(([, { type }]) => type.startsWith("AWS::Serverless::"));
  if (found === undefined) return;
  const [logicalId, { type, madeFrom }] = found;
  const message = `${logicalId} is of the type ${type}, which only templates of SAM have`;
  const hint = 'Add "Transform: AWS::Serverless-2016-10-31".';
  problems.error(madeFrom ?? ["Resources", logicalId, "Type"], "TEMPLATE_INVALID", message, hint);
}

function reportSections(root: JsonObject, problems: Problems): void {
  for (const name of Object.keys(root)) {
    if (!sections.includes(name)) {
      const hint = suggestName(name, sections) ?? `The sections are ${sections.join(", ")}.`;
      problems.error([name], "TEMPLATE_INVALID", `A template has no section ${name}`, hint);
    }
  }
  const version = root["AWSTemplateFormatVersion"];
  if (version !== undefined && version !== "2010-09-09") {
    problems.error(
      ["AWSTemplateFormatVersion"],
      "TEMPLATE_INVALID",
      "AWSTemplateFormatVersion can only be 2010-09-09",
    );
  }
  const description = root["Description"];
  if (description !== undefined && typeof description !== "string") {
    wrongKind(["Description"], "text", description, problems);
  }
  if (root["Resources"] === undefined) {
    problems.error([], "TEMPLATE_INVALID", "The template has no Resources");
  } else if (isObject(root["Resources"]) && Object.keys(root["Resources"]).length === 0) {
    problems.error(["Resources"], "TEMPLATE_INVALID", "Resources holds no resource");
  }
}

function readTransforms(value: Json | undefined, problems: Problems): readonly string[] {
  if (value === undefined) return [];
  const names: string[] = [];
  for (const [index, item] of (isList(value) ? value : [value]).entries()) {
    const path = isList(value) ? ["Transform", index] : ["Transform"];
    const name = isObject(item) ? item["Name"] : item;
    if (typeof name === "string") names.push(name);
    else wrongKind(path, "the name of a transform", name, problems);
  }
  return names;
}

function readParameters(root: JsonObject, problems: Problems): Readonly<Record<string, JsonObject>> {
  return readEntries(root, "Parameters", problems, (name, value, path) => {
    if (!nameFits(name, "parameter", path, problems)) return undefined;
    if (!isObject(value)) return wrongKind(path, "a map", value, problems);
    if (typeof value["Type"] === "string") return value;
    const message =
      value["Type"] === undefined
        ? `The parameter ${name} has no Type`
        : `The Type of the parameter ${name} must be text`;
    problems.error([...path, "Type"], "TEMPLATE_INVALID", message);
    return undefined;
  });
}

function readMappings(root: JsonObject, problems: Problems): Readonly<Record<string, JsonObject>> {
  return readEntries(root, "Mappings", problems, (name, value, path) => {
    if (!nameFits(name, "mapping", path, problems)) return undefined;
    if (!isObject(value)) return wrongKind(path, "a map of maps", value, problems);
    for (const [key, row] of Object.entries(value)) {
      if (key === "Fn::Transform") continue;
      if (isObject(row)) checkRow(row, [...path, key], problems);
      else wrongKind([...path, key], "a map of names and values", row, problems);
    }
    return value;
  });
}

function checkRow(row: JsonObject, path: TemplatePath, problems: Problems): void {
  for (const [key, value] of Object.entries(row)) {
    if (isObject(value) || value === null) {
      wrongKind([...path, key], "text, a number, a boolean or a list of them", value, problems);
    }
  }
}

function readConditions(root: JsonObject, problems: Problems): Readonly<Record<string, Json>> {
  return readEntries(root, "Conditions", problems, (name, value, path) => {
    if (!nameFits(name, "condition", path, problems)) return undefined;
    return isObject(value) ? value : wrongKind(path, "a condition function", value, problems);
  });
}

function readResources(
  root: JsonObject,
  madeFrom: ExpandedTemplate["madeFrom"],
  problems: Problems,
): Readonly<Record<string, TemplateResource>> {
  return readEntries(root, "Resources", problems, (name, value, path) => {
    const origin = madeFrom.get(name);
    if (!nameFits(name, "resource", origin ?? path, problems)) return undefined;
    const resource = readResource(name, value, origin ?? path, problems);
    return resource && origin !== undefined ? { ...resource, madeFrom: origin } : resource;
  });
}

function readOutputs(root: JsonObject, problems: Problems): Readonly<Record<string, JsonObject>> {
  return readEntries(root, "Outputs", problems, (name, value, path) => {
    if (!nameFits(name, "output", path, problems)) return undefined;
    if (!isObject(value)) return wrongKind(path, "a map", value, problems);
    if (!Object.hasOwn(value, "Value")) {
      problems.error(path, "TEMPLATE_INVALID", `The output ${name} has no Value`);
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (["Value", "Description", "Condition", "Export"].includes(key)) continue;
      problems.error([...path, key], "TEMPLATE_INVALID", `An output has no ${key}`);
    }
    return value;
  });
}

function readEntries<Entry>(
  root: JsonObject,
  section: string,
  problems: Problems,
  read: (name: string, value: Json, path: TemplatePath) => Entry | undefined,
): Readonly<Record<string, Entry>> {
  const entries: [string, Entry][] = [];
  for (const [name, value] of Object.entries(readSection(root, section, problems))) {
    const path = [section, name];
    if (name === "Fn::Transform") {
      const message = `${section} holds Fn::Transform: Holdfast runs no macros`;
      const hint = "Put what the macro makes into the template.";
      problems.error(path, "TEMPLATE_INVALID", message, hint);
      continue;
    }
    const entry = read(name, value, path);
    if (entry !== undefined) entries.push([name, entry]);
  }
  return Object.fromEntries(entries);
}

function readSection(root: JsonObject, section: string, problems: Problems): JsonObject {
  const value = root[section];
  if (value === undefined || isObject(value)) return value ?? {};
  wrongKind([section], "a map", value, problems);
  return {};
}

function nameFits(name: string, kind: string, path: TemplatePath, problems: Problems): boolean {
  if (/^[A-Za-z0-9]{1,255}$/.test(name)) return true;
  const message = `${JSON.stringify(name)} cannot name a ${kind}`;
  problems.error(path, "TEMPLATE_INVALID", message, "Names are 1 to 255 letters and digits.");
  return false;
}

function wrongKind(
  path: TemplatePath,
  wanted: string,
  value: Json | undefined,
  problems: Problems,
): undefined {
  problems.error(path, "TEMPLATE_INVALID", `${path.join("/")} must be ${wanted}, not ${kindOf(value)}`);
}
