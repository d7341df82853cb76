import { HoldfastError } from "../base/errors.ts";

/** A selection expression read once: text and variables in turn. Its value is theirs, joined. */
export interface SelectionExpression {
  /** As it was written. */
  readonly text: string;
  readonly parts: readonly ExpressionPart[];
}

export type ExpressionPart = { readonly kind: "text"; readonly text: string } | ExpressionVariable;

export interface ExpressionVariable {
  readonly kind: "variable";
  readonly source: VariableSource;
  /** Names into objects and positions in lists. One name for headers, none for status codes and base paths. */
  readonly path: VariablePath;
}

export type VariablePath = readonly (string | number)[];

/** Where values come from, over all of API Gateway's selection expressions. */
export type VariableSource = keyof typeof sourceShapes;

/** What follows a source: a path into JSON, the name of a header, or nothing. */
const sourceShapes = {
  "request.body": "path",
  "request.header": "name",
  "request.basepath": "nothing",
  context: "path",
  "integration.response.body": "path",
  "integration.response.header": "name",
  "integration.response.multivalueheader": "name",
  "integration.response.statuscode": "nothing",
  // The shorter form stands in AWS's guide for mock integrations.
  "response.statuscode": "nothing",
} as const;

const sources = Object.keys(sourceShapes) as readonly VariableSource[];
const maximumExpressionLength = 1024;

/** The one static text that begins with a dollar: the only key that a route response may have. */
const defaultKey = "$default";

/**
 * Reads `$request.body.action`, free text around `${request.body.type}`, static text, and `\$` for a dollar.
 * Throws `HoldfastError` `EXPRESSION_INVALID`, saying what is wrong.
 */
export function parseSelectionExpression(text: string): SelectionExpression {
  if (text === "") throw invalid(text, "it is empty");
  if (text.length > maximumExpressionLength)
    throw invalid(text, `it is longer than ${maximumExpressionLength} characters`);
  if (text === defaultKey) return { text, parts: [{ kind: "text", text }] };
  if (text.startsWith("$") && !text.startsWith("${"))
    return { text, parts: [parseVariable(text.slice(1), text)] };
  return { text, parts: parseMixed(text) };
}

const mixedToken = /\\\$|\$\{(?<variable>[^}]*)\}|(?<stray>\$)|(?<text>(?:[^\\$]|\\(?!\$))+)/gu;

function parseMixed(text: string): ExpressionPart[] {
  const parts: ExpressionPart[] = [];
  let pending = "";
  const endText = (): void => {
    if (pending !== "") parts.push({ kind: "text", text: pending });
    pending = "";
  };
  for (const { groups } of text.matchAll(mixedToken)) {
    if (groups?.stray !== undefined)
      throw invalid(text, "a $ inside text begins no ${variable}; write \\$ for a dollar");
    if (groups?.variable === undefined) {
      pending += groups?.text ?? "$";
      continue;
    }
    endText();
    parts.push(parseVariable(groups.variable, text));
  }
  endText();
  return parts;
}

function parseVariable(variable: string, text: string): ExpressionVariable {
  const source = sources.find(
    (one) => variable.startsWith(one) && /^(?:[.[]|$)/.test(variable.slice(one.length)),
  );
  if (source === undefined) throw invalid(text, `"${variable}" begins with none of ${sources.join(", ")}`);
  const rest = variable.slice(source.length);
  const path = sourceShapes[source] === "name" ? parseHeaderName(rest) : parsePath(rest);
  if (path === undefined) throw invalid(text, `"${rest}" is no path: write .name, [0] or ['a name']`);
  if (sourceShapes[source] === "nothing" && path.length > 0)
    throw invalid(text, `nothing may follow ${source}`);
  if (sourceShapes[source] !== "nothing" && path.length === 0)
    throw invalid(text, `a name must follow ${source}`);
  return { kind: "variable", source, path };
}

const pathStep = /\.(?<name>[\p{L}\p{N}_@:-]+)|\[(?<index>\d{1,9})\]|\['(?<quoted>[^']+)'\]|(?<other>.)/gsu;

function parsePath(rest: string): VariablePath | undefined {
  const path: (string | number)[] = [];
  for (const { groups } of rest.matchAll(pathStep)) {
    if (groups?.index !== undefined) path.push(Number(groups.index));
    else {
      const name = groups?.name ?? groups?.quoted;
      if (name === undefined) return undefined;
      path.push(name);
    }
  }
  return path;
}

/** Headers have names with dots, and nothing below them. */
function parseHeaderName(rest: string): VariablePath | undefined {
  if (rest === "") return [];
  return /^\.[\w!#%&'*+.^`|~-]+$/.test(rest) ? [rest.slice(1)] : undefined;
}

function invalid(text: string, why: string): HoldfastError {
  return new HoldfastError(
    "EXPRESSION_INVALID",
    `The selection expression "${text.slice(0, 200)}" cannot be used: ${why}`,
  );
}

/**
 * Evaluates a route selection expression against a message. Undefined when the message is not JSON: it then goes to
 * `$default`, whatever the expression (API Gateway, documented and captured).
 *
 * What is missing counts as no text. Numbers and booleans count as their text; lists as `[first, second]`
 * (API Gateway, documented). How API Gateway turns `null` and objects into text is not known: here they count as
 * missing. So does everything in JSON that is not an object, and so do variables that are not in the body.
 */
export function selectRouteKey(expression: SelectionExpression, body: string): string | undefined {
  const json = parseObject(body);
  if (json === undefined) return undefined;
  let key = "";
  for (const part of expression.parts) {
    if (part.kind === "text") key += part.text;
    else if (part.source === "request.body") key += toText(valueAt(json, part.path), listDepthLimit);
  }
  return key;
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze({});

/** The object that `body` holds, an empty one for other JSON, undefined when it is not JSON. */
function parseObject(body: string): unknown {
  if (!mayBeJson(body)) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : nothing;
  } catch {
    return undefined;
  }
}

/**
 * False when the first and last character say that `body` is not JSON. Plain text is a common message, and an
 * exception from JSON.parse costs some ten times as much as routing an object.
 */
function mayBeJson(body: string): boolean {
  let first = 0;
  while (isBlank(body.charCodeAt(first))) first++;
  let last = body.length - 1;
  while (isBlank(body.charCodeAt(last))) last--;
  switch (body[first]) {
    case "{":
      return body[last] === "}";
    case "[":
      return body[last] === "]";
    case '"':
      return body[last] === '"' && last > first;
    case undefined:
      return false;
    default:
      return scalar.test(body.slice(first, last + 1));
  }
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?)$/;

/** JSON's white space. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function valueAt(json: unknown, path: VariablePath): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    // Names lead into objects and positions into lists; and only into what the message itself holds.
    if (Array.isArray(value) !== (typeof step === "number") || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** Lists nested deeper than this count as missing, so that no message can exhaust the stack. */
const listDepthLimit = 8;

function toText(value: unknown, depth: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && depth > 0)
    return `[${value.map((item) => toText(item, depth - 1)).join(", ")}]`;
  return "";
}
