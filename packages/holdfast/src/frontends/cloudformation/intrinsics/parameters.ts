import type { AwsPlace } from "../../../ports/frontend.ts";
import { asText, isList, isObject } from "../template/json-kinds.ts";
import { listNames, suggestName } from "../template/name-lists.ts";
import type { Json, JsonObject, Problems, Template, TemplatePath } from "../template/template.ts";
import { checkParameter } from "./check-parameter.ts";
import { pseudoParameters } from "./pseudo-parameters.ts";

/**
 * The values of a template's parameters and of the pseudo parameters, for a scope. Numbers stay text, as `Ref` gives
 * them in CloudFormation; lists are lists of text. `AWS::NoValue` is not among them. Every value that is missing, unknown
 * or outside its bounds is reported.
 *
 * @param given values from the command line and from files, by name
 * @param ssm values of SSM parameters by name, for parameters of type `AWS::SSM::Parameter::Value<…>`
 */
export function resolveParameters(
  template: Template,
  given: Readonly<Record<string, string>>,
  place: AwsPlace,
  stackName: string,
  problems: Problems,
  ssm: Readonly<Record<string, string>> = {},
): Readonly<Record<string, Json>> {
  reportUnknown(Object.keys(given), Object.keys(template.parameters), problems);
  const values: [string, Json][] = [];
  for (const [name, declaration] of Object.entries(template.parameters)) {
    const path = ["Parameters", name];
    const type = asText(declaration["Type"] ?? "") ?? "";
    const text = Object.hasOwn(given, name) ? given[name] : defaultOf(name, declaration, path, problems);
    const value = text === undefined ? undefined : valueOfType(type, text, ssm);
    if (value !== undefined) checkParameter({ name, declaration, value, path, problems });
    else if (text !== undefined && !Object.hasOwn(given, name) && isMentioned(name, template))
      warnOfSsm(name, text, path, problems);
    // Something stands for a value that is missing, lest each reference to it is reported as well.
    values.push([name, value ?? (isListType(innerType(type)) ? splitList(text ?? "") : (text ?? ""))]);
  }
  return { ...Object.fromEntries(values), ...pseudoParameters(place, stackName) };
}

function reportUnknown(given: readonly string[], names: readonly string[], problems: Problems): void {
  for (const name of given) {
    if (names.includes(name)) continue;
    const there = names.length === 0 ? "It has none." : `There are ${listNames(names)}.`;
    const hint = suggestName(name, names) ?? there;
    problems.error(
      ["Parameters"],
      "TEMPLATE_REFERENCE_INVALID",
      `The template has no parameter ${name}`,
      hint,
    );
  }
}

function defaultOf(
  name: string,
  { Default: value, Description: description }: JsonObject,
  path: TemplatePath,
  problems: Problems,
): string | undefined {
  if (value === undefined) {
    const meaning = typeof description === "string" && description !== "" ? `: ${description}` : "";
    problems.error(path, "TEMPLATE_PARAMETER_MISSING", `The parameter ${name} has no value${meaning}`);
    return undefined;
  }
  const text = asText(value);
  if (text !== undefined) return text;
  const message = `The Default of the parameter ${name} must be text; a list is text with commas`;
  problems.error([...path, "Default"], "TEMPLATE_PROPERTY_INVALID", message);
  return undefined;
}

const ssmType = /^AWS::SSM::Parameter::Value<(?<inner>.+)>$/;

/** Of a parameter that names an SSM parameter, that one's value; absent when it is not known. */
function valueOfType(type: string, text: string, ssm: Readonly<Record<string, string>>): Json | undefined {
  const inner = ssmType.exec(type)?.groups?.["inner"];
  if (inner === undefined) return isListType(type) ? splitList(text) : text;
  const value = Object.hasOwn(ssm, text) ? ssm[text] : undefined;
  return value !== undefined && isListType(inner) ? splitList(value) : value;
}

/** What an SSM parameter's value is; of other types, the type itself. */
function innerType(type: string): string {
  return ssmType.exec(type)?.groups?.["inner"] ?? type;
}

function isListType(type: string): boolean {
  return type === "CommaDelimitedList" || type.startsWith("List<");
}

function splitList(text: string): readonly string[] {
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function warnOfSsm(name: string, ssmName: string, path: TemplatePath, problems: Problems): void {
  const message = `The SSM parameter ${ssmName}, which ${name} stands for, has no value here; its name takes its place`;
  problems.warn(path, "TEMPLATE_PARAMETER_MISSING", message, `Give the value itself: --parameter ${name}=…`);
}

/** Whether anything refers to a parameter. Every CDK template has one that only its rules look at. */
function isMentioned(name: string, { resources, outputs, conditions, globals }: Template): boolean {
  const text = new RegExp(String.raw`\$\{${name}\}`);
  const mentions = (value: Json): boolean => {
    if (typeof value === "string") return text.test(value);
    if (isList(value)) return value.some(mentions);
    if (!isObject(value)) return false;
    return value["Ref"] === name || Object.values(value).some(mentions);
  };
  const properties = Object.values(resources).map((resource) => resource.properties);
  return [...properties, outputs, conditions, globals].some((value) => mentions(value));
}
