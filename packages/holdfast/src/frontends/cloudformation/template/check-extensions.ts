import { isList, isObject } from "./json-kinds.ts";
import type { Json, JsonObject, Problems, TemplatePath } from "./template.ts";

const transform = "AWS::LanguageExtensions";

/** Reports functions that a template only has with the language extensions, where it does not ask for them. */
export function checkExtensions(root: JsonObject, problems: Problems): void {
  const wanted = root["Transform"];
  if (wanted === transform || (isList(wanted) && wanted.includes(transform))) return;
  for (const section of ["Conditions", "Resources", "Outputs"])
    visit(root[section] ?? null, [section], problems);
}

function visit(value: Json, path: TemplatePath, problems: Problems): void {
  if (isList(value)) {
    for (const [index, item] of value.entries()) visit(item, [...path, index], problems);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (isExtension(name, item)) {
        const message = `${name} is one of CloudFormation's language extensions`;
        const hint = `Add "Transform: ${transform}".`;
        problems.error([...path, name], "TEMPLATE_INVALID", message, hint);
      }
      visit(item, [...path, name], problems);
    }
  }
}

function isExtension(name: string, argument: Json): boolean {
  if (name === "Fn::FindInMap") return isList(argument) && argument.length > 3;
  return name === "Fn::Length" || name === "Fn::ToJsonString" || name.startsWith("Fn::ForEach::");
}
