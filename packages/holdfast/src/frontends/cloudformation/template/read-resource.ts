import { isList, isObject, kindOf } from "./json-kinds.ts";
import { suggestName } from "./name-lists.ts";
import type { Json, JsonObject, Problems, TemplatePath, TemplateResource } from "./template.ts";

const attributes = [
  "Type",
  "Properties",
  "DependsOn",
  "Condition",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "CreationPolicy",
  "UpdatePolicy",
  // Of custom resources.
  "Version",
  // Of SAM's.
  "Connectors",
  "IgnoreGlobals",
];

/** Reads a resource; absent without a type, which nothing can be made of. */
export function readResource(
  logicalId: string,
  value: Json,
  path: TemplatePath,
  problems: Problems,
): TemplateResource | undefined {
  const wrong = (wrongPath: TemplatePath, wanted: string, found: Json): undefined => {
    const message = `${wrongPath.join("/")} must be ${wanted}, not ${kindOf(found)}`;
    problems.error(wrongPath, "TEMPLATE_INVALID", message);
  };
  if (!isObject(value)) return wrong(path, "a map", value);
  reportAttributes(value, path, problems);

  const { Type: type, Condition: condition, DeletionPolicy: deletionPolicy } = value;
  const ignoreGlobals = readIgnored(value["IgnoreGlobals"], (found) =>
    wrong([...path, "IgnoreGlobals"], "*, or a list of properties", found),
  );
  if (condition !== undefined && typeof condition !== "string") {
    wrong([...path, "Condition"], "the name of a condition", condition);
  }
  const objectAt = (name: string): JsonObject => {
    const found = value[name];
    if (found === undefined || isObject(found)) return found ?? {};
    wrong([...path, name], "a map", found);
    return {};
  };
  const properties = objectAt("Properties");
  reportNulls(properties, [...path, "Properties"], problems);
  const dependsOn = readDependsOn(value["DependsOn"], (found) =>
    wrong([...path, "DependsOn"], "the id of a resource, or a list of ids", found),
  );
  const metadata = objectAt("Metadata");
  const connectors = objectAt("Connectors");
  if (type === undefined) {
    problems.error(path, "TEMPLATE_INVALID", `The resource ${logicalId} has no Type`);
    return undefined;
  }
  if (typeof type !== "string") return wrong([...path, "Type"], "text", type);
  return {
    type,
    properties,
    ...(typeof condition === "string" && { condition }),
    dependsOn,
    metadata,
    ...(typeof deletionPolicy === "string" && { deletionPolicy }),
    ...(Object.keys(connectors).length > 0 && { connectors }),
    ...(ignoreGlobals !== undefined && { ignoreGlobals }),
  };
}

function reportAttributes(resource: JsonObject, path: TemplatePath, problems: Problems): void {
  for (const name of Object.keys(resource)) {
    if (attributes.includes(name)) continue;
    const hint = suggestName(name, attributes) ?? "Is it one of its Properties?";
    problems.error([...path, name], "TEMPLATE_INVALID", `A resource has no attribute ${name}`, hint);
  }
}

function readIgnored(
  value: Json | undefined,
  wrong: (found: Json) => void,
): TemplateResource["ignoreGlobals"] {
  if (value === undefined || value === "*") return value;
  const names = isList(value) ? value.filter((name) => typeof name === "string") : [];
  if (!isList(value) || names.length < value.length) wrong(value);
  return names;
}

function readDependsOn(value: Json | undefined, wrong: (found: Json) => void): readonly string[] {
  if (value === undefined) return [];
  const ids = isList(value) ? value : [value];
  const texts = ids.filter((id) => typeof id === "string");
  if (texts.length < ids.length) wrong(value);
  return texts;
}

/** Users report that CloudFormation refuses null in most properties; in some that hold JSON of their own it is taken. */
function reportNulls(value: Json, path: TemplatePath, problems: Problems): void {
  if (value === null) {
    const message = `${path.slice(-2).join("/")} is null, which CloudFormation refuses in most places`;
    problems.warn(path, "TEMPLATE_PROPERTY_INVALID", message, "Give it a value, or remove it.");
  } else if (isList(value)) {
    for (const [index, item] of value.entries()) reportNulls(item, [...path, index], problems);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) reportNulls(item, [...path, name], problems);
  }
}
