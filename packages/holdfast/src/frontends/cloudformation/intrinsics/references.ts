import { isObject, kindOf } from "../template/json-kinds.ts";
import { listNames, suggestName } from "../template/name-lists.ts";
import type { Json, TemplatePath } from "../template/template.ts";
import {
  fail,
  listOfArguments,
  noValue,
  textAt,
  unresolved,
  type Evaluation,
  type Intrinsic,
  type Outcome,
} from "./evaluation.ts";

/** `Ref`: a parameter's value, or what a resource is known by. */
export const ref: Intrinsic = (argument, path, evaluation) => {
  if (typeof argument !== "string")
    return fail(evaluation, path, `Ref takes a name, not ${kindOf(argument)}`);
  return refer(argument, path, evaluation);
};

export function refer(name: string, path: TemplatePath, evaluation: Evaluation): Outcome {
  if (name === "AWS::NoValue") return noValue;
  const { parameters } = evaluation.scope;
  const value = own(parameters, name) ?? evaluation.scope.ref(name);
  if (value !== undefined) return value;
  const message = name.startsWith("AWS::")
    ? `There is no pseudo parameter ${name}`
    : `There is no parameter or resource ${name} here`;
  const names = [...Object.keys(parameters), ...Object.keys(evaluation.scope.declared ?? {})];
  return isAbsent(name, path, evaluation)
    ? unresolved
    : fail(evaluation, path, message, suggestName(name, names));
}

/** Reports a resource that is declared, with a condition that does not hold. */
function isAbsent(logicalId: string, path: TemplatePath, evaluation: Evaluation): boolean {
  const condition = own(evaluation.scope.declared ?? {}, logicalId)?.condition;
  if (condition === undefined) return false;
  const message = `${logicalId} does not exist here, as its condition ${condition} does not hold`;
  const hint = `Refer to it within Fn::If: [${condition}, …, …].`;
  fail(evaluation, path, message, hint);
  return true;
}

/** `Fn::GetAtt`: a list of a logical id and an attribute, or both as `id.attribute`. */
export const getAtt: Intrinsic = (argument, path, evaluation) => {
  const parts = typeof argument === "string" ? splitAtFirst(argument) : argument;
  const form = "a resource and its attribute";
  const list = listOfArguments(parts, path, evaluation, { least: 2, most: 10, form });
  if (list === unresolved) return unresolved;
  const [logicalId, ...rest] = list.map((part, index) => textAt(part, [...path, index], evaluation));
  if (logicalId === undefined || logicalId === unresolved || rest.includes(unresolved)) return unresolved;
  return readAttribute(logicalId, rest.join("."), path, evaluation);
};

export function readAttribute(
  logicalId: string,
  attribute: string,
  path: TemplatePath,
  evaluation: Evaluation,
): Outcome {
  const value = evaluation.scope.attribute(logicalId, attribute);
  if (value !== undefined) return value;
  if (evaluation.scope.ref(logicalId) === undefined) {
    if (isAbsent(logicalId, path, evaluation)) return unresolved;
    const message = `There is no resource ${logicalId} here, of which ${attribute} is wanted`;
    return fail(
      evaluation,
      path,
      message,
      suggestName(logicalId, Object.keys(evaluation.scope.declared ?? {})),
    );
  }
  const output = /^Outputs\.(?<name>.*)$/.exec(attribute)?.groups?.["name"];
  if (output !== undefined) {
    const message = `The nested stack ${logicalId} has no output ${output}, or none that is known by now`;
    return fail(evaluation, path, message);
  }
  // Of resources that it does not run, Holdfast knows no attributes; that stops nothing by itself.
  evaluation.problems.warn(
    path,
    "TEMPLATE_RESOURCE_IGNORED",
    `Holdfast does not know the attribute ${attribute} of ${logicalId}; what is made of it is left out`,
  );
  return unresolved;
}

/** `Fn::FindInMap`: a mapping, two keys and, with the language extensions, a default. */
export const findInMap: Intrinsic = (argument, path, evaluation) => {
  const form = "a mapping and two keys";
  const list = listOfArguments(argument, path, evaluation, { least: 3, most: 4, form });
  if (list === unresolved) return unresolved;
  const names: string[] = [];
  for (const [index, part] of list.slice(0, 3).entries()) {
    const name = textAt(part, [...path, index], evaluation);
    if (name === unresolved) return unresolved;
    names.push(name);
  }
  let found: Json | undefined = evaluation.scope.mappings;
  for (const [index, name] of names.entries()) {
    const inside: Json | undefined = isObject(found) ? own(found, name) : undefined;
    if (inside === undefined) return notFound(list, names, index, found, path, evaluation);
    found = inside;
  }
  return found;
};

function notFound(
  list: readonly Json[],
  names: readonly string[],
  index: number,
  found: Json,
  path: TemplatePath,
  evaluation: Evaluation,
): Outcome {
  const options = list[3];
  if (isObject(options) && Object.hasOwn(options, "DefaultValue")) {
    return evaluation.evaluate(options["DefaultValue"] ?? null, [...path, 3, "DefaultValue"]);
  }
  const [name = "", ...outer] = names.slice(0, index + 1).toReversed();
  const known = isObject(found) ? Object.keys(found) : [];
  const hint = suggestName(name, known) ?? (known.length > 0 ? `There are ${listNames(known)}.` : undefined);
  const message =
    outer.length === 0
      ? `There is no mapping ${name}`
      : `The mapping ${outer.toReversed().join(".")} has no key ${name}`;
  return fail(evaluation, [...path, index], message, hint);
}

/** `Fn::ImportValue`: what another stack exports, which somebody has to give. */
export const importValue: Intrinsic = (argument, path, evaluation) => {
  const name = textAt(argument, path, evaluation);
  if (name === unresolved) return unresolved;
  const value = evaluation.scope.imported(name);
  if (value !== undefined) return value;
  const hint = `Give it in a file of imports: {"${name}": "value"}.`;
  return fail(evaluation, path, `The export ${name} of another stack has no value here`, hint);
};

/** `Fn::GetStackOutput`: an output of another stack; a file of imports gives it as `Stack.Output`. */
export const getStackOutput: Intrinsic = (argument, path, evaluation) => {
  if (!isObject(argument)) {
    return fail(evaluation, path, `Fn::GetStackOutput takes a map, not ${kindOf(argument)}`);
  }
  const stack = textAt(argument["StackName"], [...path, "StackName"], evaluation);
  const output = textAt(argument["OutputName"], [...path, "OutputName"], evaluation);
  if (stack === unresolved || output === unresolved) return unresolved;
  const value = evaluation.scope.imported(`${stack}.${output}`);
  if (value !== undefined) return value;
  const hint = `Give it in a file of imports: {"${stack}.${output}": "value"}.`;
  return fail(evaluation, path, `The output ${output} of the stack ${stack} has no value here`, hint);
};

/** A record's own value: names of templates may be those of JavaScript's, such as `constructor`. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function splitAtFirst(text: string): Json {
  const dot = text.indexOf(".");
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
