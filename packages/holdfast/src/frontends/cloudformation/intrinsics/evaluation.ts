import { asText, isList, kindOf } from "../template/json-kinds.ts";
import type { Json, Problems, TemplatePath } from "../template/template.ts";
import type { Scope } from "./scope.ts";

/** `Ref: AWS::NoValue`: whatever it is the value of is not there. */
export const noValue = Symbol("AWS::NoValue");
/** Something that could not be resolved and was reported; so is all that is made of it. */
export const unresolved = Symbol("unresolved");

export type Missing = typeof noValue | typeof unresolved;
export type Outcome = Json | Missing;

/** What intrinsic functions work with. */
export interface Evaluation {
  readonly scope: Scope;
  readonly problems: Problems;
  evaluate(value: Json, path: TemplatePath): Outcome;
}

/** One intrinsic function: of its argument, which is not evaluated yet. */
export type Intrinsic = (argument: Json, path: TemplatePath, evaluation: Evaluation) => Outcome;

export function isMissing(outcome: Outcome): outcome is Missing {
  return outcome === noValue || outcome === unresolved;
}

export function isThere(outcome: Outcome): outcome is Json {
  return !isMissing(outcome);
}

export function fail(
  { problems }: Evaluation,
  path: TemplatePath,
  message: string,
  hint?: string,
): typeof unresolved {
  problems.error(path, "TEMPLATE_REFERENCE_INVALID", message, hint);
  return unresolved;
}

/** The argument as a list of as many values as the function takes. */
export function listOfArguments(
  argument: Json,
  path: TemplatePath,
  evaluation: Evaluation,
  { least, most, form }: { readonly least: number; readonly most: number; readonly form: string },
): readonly Json[] | typeof unresolved {
  if (isList(argument) && argument.length >= least && argument.length <= most) return argument;
  const found = isList(argument) ? `a list of ${argument.length}` : kindOf(argument);
  return fail(evaluation, path, `${String(path.at(-1))} takes ${form}, not ${found}`);
}

/** Evaluates what has to be text; numbers and booleans become text, as in CloudFormation. */
export function textAt(
  value: Json | undefined,
  path: TemplatePath,
  evaluation: Evaluation,
): string | typeof unresolved {
  const outcome = evaluation.evaluate(value ?? null, path);
  if (outcome === unresolved) return unresolved;
  const text = outcome === noValue ? undefined : asText(outcome);
  if (text !== undefined) return text;
  return fail(evaluation, path, `${whereIn(path)} must be text, not ${nameOf(outcome)}`);
}

/** Evaluates what has to be a list; items that are `AWS::NoValue` are left out. */
export function listAt(
  value: Json | undefined,
  path: TemplatePath,
  evaluation: Evaluation,
): readonly Json[] | typeof unresolved {
  if (isList(value)) {
    const items = value.map((item, index) => evaluation.evaluate(item, [...path, index]));
    return items.includes(unresolved) ? unresolved : items.filter((item) => isThere(item));
  }
  const outcome = evaluation.evaluate(value ?? null, path);
  if (outcome === unresolved || isListOutcome(outcome)) return outcome;
  return fail(evaluation, path, `${whereIn(path)} must be a list, not ${nameOf(outcome)}`);
}

/** Evaluates what has to be a whole number; text of digits will do. */
export function integerAt(
  value: Json | undefined,
  path: TemplatePath,
  evaluation: Evaluation,
): number | typeof unresolved {
  const text = textAt(value, path, evaluation);
  if (text === unresolved) return unresolved;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return fail(evaluation, path, `${whereIn(path)} must be a whole number, not ${JSON.stringify(text)}`);
}

function isListOutcome(outcome: Outcome): outcome is readonly Json[] {
  return Array.isArray(outcome);
}

function nameOf(outcome: Outcome): string {
  return isMissing(outcome) ? "AWS::NoValue" : kindOf(outcome);
}

/** "The 2nd value of Fn::Join". */
function whereIn(path: TemplatePath): string {
  const last = path.at(-1);
  const name = path.findLast((step) => typeof step === "string" && /^(?:Fn::|Ref$|Condition$)/.test(step));
  if (typeof last !== "number" || name === undefined) return String(last);
  return path.at(-2) === name ? `Value ${last + 1} of ${name}` : `Item ${last + 1} in ${name}`;
}
