import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput } from "../service-face.ts";
import { textMembers } from "../text-members.ts";

export const text = textMembers("ValidationException");

export function invalid(message: string): AwsServiceError {
  return new AwsServiceError("ValidationException", message);
}

/** That AWS's own message is empty is no help to anybody. */
export function notFound(name: string): AwsServiceError {
  return new AwsServiceError("ParameterNotFound", `Parameter ${name} not found.`);
}

/** A name or an ARN: at most 2,048 characters (documented). Throws `ValidationException`. */
export function readName(input: OperationInput): string {
  const name = text.required(input, "Name");
  if (Buffer.byteLength(name) <= maximumNameBytes) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to ${maximumNameBytes}`,
  );
}

const maximumNameBytes = 2048;

/** `1` to `maximum` names; more are too many (documented). */
export function readNames(input: OperationInput): readonly string[] {
  const { Names: names } = input;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string") || names.length === 0)
    throw invalid(
      "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  if (names.length <= maximumNames) return names;
  throw invalid(
    `1 validation error detected: Value '[${names.join(", ")}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${maximumNames}`,
  );
}

const maximumNames = 10;

/** A parameter's name, and a version where one is asked for. */
export interface Wanted {
  readonly name: string;
  readonly version?: number;
  /** `:3`, or `:label`. */
  readonly selector?: string;
}

/** Of a name or an ARN, each with `:version` or `:label` behind it or without (documented). */
export function readWanted(given: string): Wanted {
  const name = given.replace(/^arn:[\w-]+:ssm:[^:]*:[^:]*:parameter(?=\/)/, "");
  // The ARN of `name` is `…:parameter/name`, that of `/a/name` is `…:parameter/a/name`: with one slash it is either.
  const colon = name.indexOf(":");
  if (colon === -1) return { name };
  const selector = name.slice(colon);
  return {
    name: name.slice(0, colon),
    selector,
    ...(/^:\d+$/.test(selector) && { version: Number(selector.slice(1)) }),
  };
}

/** How many results a page may have: a number up to `maximum`, which is also what it has unless said. */
export function readMaximum(input: OperationInput, maximum: number): number {
  const { MaxResults: given = maximum } = input;
  if (typeof given === "number" && Number.isInteger(given) && given >= 1 && given <= maximum) return given;
  const bound =
    typeof given === "number" && given > maximum
      ? `less than or equal to ${maximum}`
      : "greater than or equal to 1";
  throw invalid(
    `1 validation error detected: Value '${String(given)}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

/** The token is the last name of the page before, so that what comes and goes in between does no harm. */
export function pageAfter<T extends { readonly name: string }>(
  input: OperationInput,
  all: readonly T[],
  maximum: number,
): { readonly page: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const token = text.optional(input, "NextToken");
  const after = token === undefined ? undefined : readToken(token);
  const left = after === undefined ? all : all.filter(({ name }) => name > after);
  const page = left.slice(0, maximum);
  const last = page.at(-1);
  const next =
    last !== undefined && left.length > maximum
      ? { NextToken: Buffer.from(`${tokenMark}${last.name}`).toString("base64") }
      : {};
  return { page, next };
}

const tokenMark = "after:";

function readToken(token: string): string {
  const decoded = Buffer.from(token, "base64").toString("utf8");
  if (decoded.startsWith(tokenMark)) return decoded.slice(tokenMark.length);
  throw new AwsServiceError("InvalidNextToken", "The specified token isn't valid.");
}
