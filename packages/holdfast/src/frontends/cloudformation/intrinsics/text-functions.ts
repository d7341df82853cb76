import {
  fail,
  integerAt,
  listAt,
  listOfArguments,
  textAt,
  unresolved,
  type Intrinsic,
} from "./evaluation.ts";
import { asText, kindOf } from "../template/json-kinds.ts";

/** `Fn::Join`: numbers and booleans of the list become text. */
export const join: Intrinsic = (argument, path, evaluation) => {
  const args = listOfArguments(argument, path, evaluation, {
    least: 2,
    most: 2,
    form: "a delimiter and a list",
  });
  if (args === unresolved) return unresolved;
  const delimiter = textAt(args[0], [...path, 0], evaluation);
  const items = listAt(args[1], [...path, 1], evaluation);
  if (delimiter === unresolved || items === unresolved) return unresolved;
  const texts: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = asText(item);
    if (text === undefined) {
      return fail(evaluation, [...path, 1, index], `Fn::Join joins texts, not ${kindOf(item)}`);
    }
    texts.push(text);
  }
  return texts.join(delimiter);
};

export const split: Intrinsic = (argument, path, evaluation) => {
  const args = listOfArguments(argument, path, evaluation, {
    least: 2,
    most: 2,
    form: "a delimiter and a text",
  });
  if (args === unresolved) return unresolved;
  const delimiter = textAt(args[0], [...path, 0], evaluation);
  const text = textAt(args[1], [...path, 1], evaluation);
  if (delimiter === unresolved || text === unresolved) return unresolved;
  if (delimiter === "") return fail(evaluation, [...path, 0], "The delimiter of Fn::Split cannot be empty");
  return text.split(delimiter);
};

export const select: Intrinsic = (argument, path, evaluation) => {
  const args = listOfArguments(argument, path, evaluation, {
    least: 2,
    most: 2,
    form: "an index and a list",
  });
  if (args === unresolved) return unresolved;
  const index = integerAt(args[0], [...path, 0], evaluation);
  const list = listAt(args[1], [...path, 1], evaluation);
  if (index === unresolved || list === unresolved) return unresolved;
  const selected = list[index];
  if (selected !== undefined) return selected;
  const message = `Fn::Select asks for value ${index} of a list of ${list.length}; the first is 0`;
  return fail(evaluation, [...path, 0], message);
};

export const base64: Intrinsic = (argument, path, evaluation) => {
  const text = textAt(argument, path, evaluation);
  return text === unresolved ? unresolved : Buffer.from(text).toString("base64");
};

/** `Fn::GetAZs`: which zones an account sees in a region is not known here; three are assumed. */
export const getAZs: Intrinsic = (argument, path, evaluation) => {
  const named = textAt(argument, path, evaluation);
  if (named === unresolved) return unresolved;
  const region = named === "" ? asText(evaluation.scope.parameters["AWS::Region"] ?? null) : named;
  return ["a", "b", "c"].map((zone) => `${region ?? ""}${zone}`);
};

/** `Fn::Length`, of the language extensions. */
export const length: Intrinsic = (argument, path, evaluation) => {
  const list = listAt(argument, path, evaluation);
  return list === unresolved ? unresolved : list.length;
};

/** `Fn::ToJsonString`, of the language extensions. */
export const toJsonString: Intrinsic = (argument, path, evaluation) => {
  const value = evaluation.evaluate(argument, path);
  if (value === unresolved) return unresolved;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return fail(evaluation, path, "Fn::ToJsonString takes a map or a list");
};
