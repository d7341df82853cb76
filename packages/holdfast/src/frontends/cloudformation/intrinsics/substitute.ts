import { asText, isList, isObject, kindOf } from "../template/json-kinds.ts";
import type { JsonObject, TemplatePath } from "../template/template.ts";
import { fail, noValue, textAt, unresolved, type Evaluation, type Intrinsic } from "./evaluation.ts";
import { readAttribute, refer } from "./references.ts";

const variable = /\$\{(?<escape>!?)(?<name>[^}]*)\}/g;

/** `Fn::Sub`: a text with `${Name}`, `${Resource.Attribute}` and `${!Literal}`, or a list of it and a map of names. */
export const sub: Intrinsic = (argument, path, evaluation) => {
  if (typeof argument === "string") return substitute(argument, {}, path, evaluation);
  const [text, variables] = isList(argument) && argument.length === 2 ? argument : [];
  if (typeof text !== "string" || !isObject(variables)) {
    const found = isList(argument) ? "such a list" : kindOf(argument);
    return fail(evaluation, path, `Fn::Sub takes a text, or a list of a text and a map, not ${found}`);
  }
  return substitute(text, variables, path, evaluation);
};

function substitute(
  text: string,
  variables: JsonObject,
  path: TemplatePath,
  evaluation: Evaluation,
): string | typeof unresolved {
  let failed = false;
  const result = text.replaceAll(variable, (_whole, escape: string, name: string) => {
    if (escape === "!") return `\${${name}}`;
    const value = valueOf(name, variables, path, evaluation);
    if (value === unresolved) failed = true;
    return value === unresolved ? "" : value;
  });
  return failed ? unresolved : result;
}

function valueOf(
  name: string,
  variables: JsonObject,
  path: TemplatePath,
  evaluation: Evaluation,
): string | typeof unresolved {
  if (Object.hasOwn(variables, name)) {
    return textAt(variables[name], [...path, 1, name], evaluation);
  }
  if (!/^[\w.:]+$/.test(name)) {
    const message = `\${${name}} is no variable of Fn::Sub: names are letters, digits, ".", ":" and "_"`;
    return fail(evaluation, path, message, `Write \${!${name}} for the text \${${name}}.`);
  }
  const dot = name.indexOf(".");
  const outcome =
    dot === -1
      ? refer(name, path, evaluation)
      : readAttribute(name.slice(0, dot), name.slice(dot + 1), path, evaluation);
  if (outcome === unresolved) return unresolved;
  // What users report of CloudFormation; it is not documented.
  if (outcome === noValue) return "";
  const text = asText(outcome);
  if (text !== undefined) return text;
  return fail(
    evaluation,
    path,
    `\${${name}} in Fn::Sub must be text, not ${kindOf(outcome)}`,
    "Use Fn::Join.",
  );
}
