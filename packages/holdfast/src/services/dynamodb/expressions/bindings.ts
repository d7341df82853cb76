import type { AttributeValue } from "../../../model/attribute-value.ts";
import type { AttributePath } from "../../../model/table-request.ts";
import { AwsServiceError } from "../../aws-service-error.ts";
import type { OperationInput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { readValue } from "../item-json.ts";
import { recordIn, textIn } from "../members.ts";
import { expressionError } from "./expression-error.ts";
import type { PathSyntax } from "./syntax.ts";

/** DynamoDB's bound on all names and values of a request together. */
const maximumBytes = 2 * 1024 * 1024;

/**
 * What the `#names` and `:values` of a request's expressions stand for. Read at once, looked up by the expressions, and
 * at the end none may be left unused. Throws DynamoDB's errors.
 */
export class Bindings {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #used = new Set<string>();

  /** `expressions` are the names of the parameters that the operation's expressions can stand in. */
  constructor(input: OperationInput, expressions: readonly string[]) {
    const names = recordIn(input, "ExpressionAttributeNames");
    const values = recordIn(input, "ExpressionAttributeValues");
    if (names !== undefined || values !== undefined)
      checkExpressions(input, expressions, values !== undefined);
    this.#names = names === undefined ? empty : readNames(names);
    this.#values = values === undefined ? empty : readValues(values);
  }

  /** The value that the `:name` stands for. */
  value(expressionKind: string, name: string): AttributeValue {
    const value = this.#values.get(name);
    if (value === undefined)
      throw expressionError(
        expressionKind,
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    this.#used.add(name);
    return value;
  }

  path(expressionKind: string, [first, ...rest]: PathSyntax): AttributePath {
    return [
      this.#name(expressionKind, first),
      ...rest.map((step) => (typeof step === "number" ? step : this.#name(expressionKind, step))),
    ];
  }

  checkUsed(): void {
    for (const [parameter, given] of [
      ["ExpressionAttributeNames", this.#names],
      ["ExpressionAttributeValues", this.#values],
    ] as const) {
      const unused = [...given.keys()].filter((name) => !this.#used.has(name));
      if (unused.length > 0)
        throw validationError(
          `Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`,
        );
    }
  }

  #name(expressionKind: string, word: string): string {
    if (!word.startsWith("#")) return word;
    const name = this.#names.get(word);
    if (name === undefined)
      throw expressionError(
        expressionKind,
        `An expression attribute name used in the document path is not defined; attribute name: ${word}`,
      );
    this.#used.add(word);
    return name;
  }
}

const empty: ReadonlyMap<string, never> = new Map<string, never>();

function checkExpressions(input: OperationInput, expressions: readonly string[], hasValues: boolean): void {
  if (expressions.some((name) => (input[name] ?? undefined) !== undefined)) return;
  if (!hasValues)
    throw validationError("ExpressionAttributeNames can only be specified when using expressions");
  const withValues = expressions.filter((name) => name !== "ProjectionExpression");
  const nulls =
    withValues.length === 0
      ? ""
      : `: ${withValues.join(" and ")} ${withValues.length > 1 ? "are" : "is"} null`;
  throw validationError(`ExpressionAttributeValues can only be specified when using expressions${nulls}`);
}

function readNames(given: OperationInput): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  checkKeys("ExpressionAttributeNames", given, /^#\w+$/);
  for (const name of Object.keys(given)) {
    const meant = textIn(given, name) ?? "";
    if (meant === "")
      throw validationError(
        `ExpressionAttributeNames contains invalid value: The expression attribute name must not be empty for key ${name}`,
      );
    names.set(name, meant);
  }
  return names;
}

function readValues(given: OperationInput): ReadonlyMap<string, AttributeValue> {
  const values = new Map<string, AttributeValue>();
  checkKeys("ExpressionAttributeValues", given, /^:\w+$/);
  let bytes = 0;
  for (const name of Object.keys(given)) {
    const value = readNamedValue(given[name], name);
    bytes += approximateBytes(value);
    if (bytes > maximumBytes) throw validationError("ExpressionAttributeValues exceeds max size");
    values.set(name, value);
  }
  return values;
}

function checkKeys(parameter: string, given: OperationInput, pattern: RegExp): void {
  const keys = Object.keys(given);
  if (keys.length === 0) throw validationError(`${parameter} must not be empty`);
  const wrong = keys.find((key) => !pattern.test(key));
  if (wrong !== undefined)
    throw validationError(`${parameter} contains invalid key: Syntax error; key: "${wrong}"`);
}

function readNamedValue(json: unknown, name: string): AttributeValue {
  try {
    return readValue(json);
  } catch (error) {
    if (error instanceof AwsServiceError && error.code === "ValidationException")
      throw validationError(
        `ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`,
      );
    throw error;
  }
}

/** Of what can be large. */
function approximateBytes(value: AttributeValue): number {
  if ("S" in value) return value.S.length;
  if ("B" in value) return value.B.byteLength;
  if ("L" in value) return value.L.reduce((sum, element) => sum + approximateBytes(element), 0);
  if ("M" in value) return Object.values(value.M).reduce((sum, one) => sum + approximateBytes(one), 0);
  if ("SS" in value) return value.SS.reduce((sum, text) => sum + text.length, 0);
  return 0;
}
