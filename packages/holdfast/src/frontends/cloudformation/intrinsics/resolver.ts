import { isList, isObject } from "../template/json-kinds.ts";
import { listNames, suggestName } from "../template/name-lists.ts";
import type { Json, JsonObject, Problems, TemplatePath } from "../template/template.ts";
import { cidr } from "./cidr.ts";
import { findDynamicReferences, replaceDynamicReferences, type DynamicValue } from "./dynamic-references.ts";
import { fail, isMissing, isThere, type Evaluation, type Intrinsic, type Outcome } from "./evaluation.ts";
import { and, chooseIf, equals, not, or } from "./logic.ts";
import { findInMap, getAtt, getStackOutput, importValue, ref } from "./references.ts";
import type { Resolve, Scope } from "./scope.ts";
import { sub } from "./substitute.ts";
import { base64, getAZs, join, length, select, split, toJsonString } from "./text-functions.ts";

const macro: Intrinsic = (argument, path, evaluation) => {
  if (isObject(argument) && argument["Name"] === "AWS::Include") {
    const hint = "Let Location be the path of a file beside the template.";
    return fail(evaluation, path, "What AWS::Include includes is on AWS", hint);
  }
  const name = isObject(argument) && typeof argument["Name"] === "string" ? argument["Name"] : "a macro";
  const hint = "Put what it makes into the template.";
  return fail(evaluation, path, `Fn::Transform asks for ${name}; Holdfast runs no macros`, hint);
};

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map([
  ["Ref", ref],
  ["Fn::GetAtt", getAtt],
  ["Fn::Sub", sub],
  ["Fn::Join", join],
  ["Fn::Select", select],
  ["Fn::Split", split],
  ["Fn::FindInMap", findInMap],
  ["Fn::ImportValue", importValue],
  ["Fn::GetStackOutput", getStackOutput],
  ["Fn::Base64", base64],
  ["Fn::Cidr", cidr],
  ["Fn::GetAZs", getAZs],
  ["Fn::Length", length],
  ["Fn::ToJsonString", toJsonString],
  ["Fn::If", chooseIf],
  ["Fn::And", and],
  ["Fn::Or", or],
  ["Fn::Not", not],
  ["Fn::Equals", equals],
  ["Fn::Transform", macro],
]);

export interface ResolverOptions {
  /** Values of dynamic references (`{{resolve:ssm:/name}}`). Others stay as they are, with a warning. */
  readonly dynamicValue?: DynamicValue;
}

/** Resolves values of a template within a scope. */
export function createResolver(scope: Scope, problems: Problems, options: ResolverOptions = {}): Resolve {
  const evaluation = createEvaluation(scope, problems);
  return (value, path) => {
    const outcome = evaluation.evaluate(value, path);
    if (isMissing(outcome)) return undefined;
    const resolved = replaceDynamicReferences(outcome, path, options.dynamicValue ?? (() => undefined));
    for (const reference of findDynamicReferences(resolved, path)) {
      const message = `${reference.text} has no value here and stays as it is`;
      problems.warn(reference.path, "TEMPLATE_REFERENCE_INVALID", message);
    }
    return resolved;
  };
}

export function createEvaluation(scope: Scope, problems: Problems): Evaluation {
  const evaluation: Evaluation = {
    scope,
    problems,
    evaluate: (value, path) => {
      if (isList(value)) return evaluateList(value, path, evaluation);
      return isObject(value) ? evaluateObject(value, path, evaluation) : value;
    },
  };
  return evaluation;
}

function evaluateList(list: readonly Json[], path: TemplatePath, evaluation: Evaluation): Json {
  return list
    .map((item, index) => evaluation.evaluate(item, [...path, index]))
    .filter((item) => isThere(item));
}

function evaluateObject(object: JsonObject, path: TemplatePath, evaluation: Evaluation): Outcome {
  const names = Object.keys(object);
  const [first = ""] = names;
  if (names.length === 1 && (first === "Ref" || first.startsWith("Fn::"))) {
    return callIntrinsic(first, object[first] ?? null, [...path, first], evaluation);
  }
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const outcome = name.startsWith("Fn::")
      ? fail(evaluation, [...path, name], `${name} cannot stand beside other keys`)
      : evaluation.evaluate(value, [...path, name]);
    if (!isMissing(outcome)) entries.push([name, outcome]);
  }
  return Object.fromEntries(entries);
}

function callIntrinsic(name: string, argument: Json, path: TemplatePath, evaluation: Evaluation): Outcome {
  const intrinsic = intrinsics.get(name);
  if (intrinsic !== undefined) return intrinsic(argument, path, evaluation);
  if (name.startsWith("Fn::ForEach::")) {
    const hint = "Write out what the loop makes.";
    return fail(evaluation, path, `Holdfast does not run the loop ${name} here`, hint);
  }
  const known = [...intrinsics.keys()];
  const hint = suggestName(name, known) ?? `There are ${listNames(known)}.`;
  return fail(evaluation, path, `CloudFormation has no function ${name}`, hint);
}
