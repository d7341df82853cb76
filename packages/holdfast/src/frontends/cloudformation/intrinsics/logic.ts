import { asText, isObject, kindOf } from "../template/json-kinds.ts";
import type { Json, TemplatePath } from "../template/template.ts";
import {
  fail,
  isMissing,
  listOfArguments,
  noValue,
  unresolved,
  type Evaluation,
  type Intrinsic,
} from "./evaluation.ts";

/** `Fn::If`: only the value that is chosen is evaluated. */
export const chooseIf: Intrinsic = (argument, path, evaluation) => {
  const form = "a condition and two values";
  const list = listOfArguments(argument, path, evaluation, { least: 3, most: 3, form });
  if (list === unresolved) return unresolved;
  const [name, whenTrue = null, whenFalse = null] = list;
  const holds =
    typeof name === "string"
      ? namedCondition(name, [...path, 0], evaluation)
      : evaluateCondition(name ?? null, [...path, 0], evaluation);
  if (holds === unresolved) return unresolved;
  return evaluation.evaluate(holds ? whenTrue : whenFalse, [...path, holds ? 1 : 2]);
};

export const and: Intrinsic = (argument, path, evaluation) => {
  const operands = operandsOf(argument, path, evaluation, "2 to 10 conditions", 2, 10);
  return operands === unresolved ? unresolved : operands.every(Boolean);
};

export const or: Intrinsic = (argument, path, evaluation) => {
  const operands = operandsOf(argument, path, evaluation, "2 to 10 conditions", 2, 10);
  return operands === unresolved ? unresolved : operands.some(Boolean);
};

export const not: Intrinsic = (argument, path, evaluation) => {
  const operands = operandsOf(argument, path, evaluation, "a list of one condition", 1, 1);
  return operands === unresolved ? unresolved : operands[0] !== true;
};

/** `Fn::Equals`: values are compared as text, so that 1 equals "1". */
export const equals: Intrinsic = (argument, path, evaluation) => {
  const list = listOfArguments(argument, path, evaluation, { least: 2, most: 2, form: "two values" });
  if (list === unresolved) return unresolved;
  const [left, right] = list.map((value, index) => evaluation.evaluate(value, [...path, index]));
  if (left === undefined || right === undefined || left === unresolved || right === unresolved) {
    return unresolved;
  }
  if (isMissing(left) || isMissing(right)) return left === right;
  return comparable(left) === comparable(right);
};

/** What stands where a condition has to: a condition function, or `Condition: name`. */
export function evaluateCondition(
  value: Json,
  path: TemplatePath,
  evaluation: Evaluation,
): boolean | typeof unresolved {
  const name = isObject(value) && Object.keys(value).length === 1 ? value["Condition"] : undefined;
  if (typeof name === "string") return namedCondition(name, [...path, "Condition"], evaluation);
  const outcome = isObject(value) ? evaluation.evaluate(value, path) : value;
  if (outcome === unresolved || (isObject(value) && typeof outcome === "boolean")) return outcome;
  const found = outcome === noValue ? "AWS::NoValue" : kindOf(outcome);
  const hint = "Conditions are made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.";
  return fail(evaluation, path, `This must be a condition, not ${found}`, hint);
}

function namedCondition(
  name: string,
  path: TemplatePath,
  evaluation: Evaluation,
): boolean | typeof unresolved {
  return evaluation.scope.condition(name) ?? fail(evaluation, path, `There is no condition ${name}`);
}

function operandsOf(
  argument: Json,
  path: TemplatePath,
  evaluation: Evaluation,
  form: string,
  least: number,
  most: number,
): readonly boolean[] | typeof unresolved {
  const list = listOfArguments(argument, path, evaluation, { least, most, form });
  if (list === unresolved) return unresolved;
  const operands = list.map((operand, index) => evaluateCondition(operand, [...path, index], evaluation));
  const values = operands.filter((operand) => operand !== unresolved);
  return values.length < operands.length ? unresolved : values;
}

function comparable(value: Json): string {
  return asText(value) ?? JSON.stringify(value);
}
