import { attributeTypeOf, type AttributeType, type AttributeValue } from "../../../model/attribute-value.ts";
import { evaluateCondition, sizeOf } from "../../../model/condition.ts";
import type { Condition, Operand } from "../../../model/table-request.ts";
import { compareValues } from "../../../model/value-comparison.ts";
import { writeValue } from "../item-json.ts";
import type { Bindings } from "./bindings.ts";
import {
  expressionError,
  operandCountError,
  operandTypeError,
  pathRequiredError,
} from "./expression-error.ts";
import { formatDocumentPath } from "./path-conflicts.ts";
import type { ConditionSyntax, FunctionSyntax, OperandSyntax } from "./syntax.ts";

/** The condition with its names and values put in. Throws DynamoDB's errors for operands that do not go together. */
export function bindCondition(kind: string, syntax: ConditionSyntax, bindings: Bindings): Condition {
  return new ConditionBinder(kind, bindings).bind(syntax);
}

type ComparisonSyntax = ConditionSyntax & { readonly kind: "comparison" };
type BetweenSyntax = ConditionSyntax & { readonly kind: "between" };

class ConditionBinder {
  readonly #kind: string;
  readonly #bindings: Bindings;

  constructor(kind: string, bindings: Bindings) {
    this.#kind = kind;
    this.#bindings = bindings;
  }

  bind(syntax: ConditionSyntax): Condition {
    switch (syntax.kind) {
      case "and":
      case "or":
        return { op: syntax.kind, of: syntax.of.map((part) => this.bind(part)) };
      case "not":
        return { op: "not", of: this.bind(syntax.of) };
      case "comparison":
        return this.#bindComparison(syntax);
      case "between":
        return this.#bindBetween(syntax);
      case "in": {
        const operand = this.#operand(syntax.operand);
        return { op: "in", operand, of: syntax.of.map((member) => this.#operand(member)) };
      }
      case "function":
        return this.#bindFunction(syntax);
    }
  }

  #bindComparison({ op, left, right }: ComparisonSyntax): Condition {
    const sides = { left: this.#operand(left), right: this.#operand(right) };
    this.#checkDistinct(op, sides.left, sides.right);
    if (op !== "=" && op !== "<>") {
      for (const side of [sides.left, sides.right]) this.#checkOrdered(op, side);
    }
    return { op, ...sides };
  }

  #bindBetween(syntax: BetweenSyntax): Condition {
    const operand = this.#operand(syntax.operand);
    const low = this.#operand(syntax.low);
    const high = this.#operand(syntax.high);
    if ("value" in low && "value" in high) this.#checkBounds(low.value, high.value);
    for (const bound of [operand, low, high]) this.#checkOrdered("BETWEEN", bound);
    return { op: "between", operand, low, high };
  }

  #checkBounds(low: AttributeValue, high: AttributeValue): void {
    const order = compareValues(low, high);
    const isOfOneType = attributeTypeOf(low) === attributeTypeOf(high);
    if (isOfOneType && (order === undefined || order <= 0)) return;
    const rule = !isOfOneType
      ? "same data type for lower and upper bounds"
      : "upper bound to be greater than or equal to lower bound";
    throw expressionError(
      this.#kind,
      `The BETWEEN operator requires ${rule}; lower bound operand: AttributeValue: ${show(low)}, upper bound operand: AttributeValue: ${show(high)}`,
    );
  }

  #bindFunction({ name, operands }: FunctionSyntax): Condition {
    const count = conditionFunctions.get(name);
    if (count === undefined) throw this.#wrongFunction(name);
    if (name === "size") throw this.#misused(name);
    if (operands.length !== count) throw operandCountError(this.#kind, name, operands.length);
    const [first, second] = operands.map((operand) => this.#operand(operand));
    if (first === undefined) throw operandCountError(this.#kind, name, 0);
    switch (name) {
      case "attribute_exists":
      case "attribute_not_exists": {
        if (!("path" in first)) throw pathRequiredError(this.#kind, name);
        return { op: name === "attribute_exists" ? "exists" : "not-exists", path: first.path };
      }
      default:
        if (second === undefined) throw operandCountError(this.#kind, name, 1);
        this.#checkDistinct(name, first, second);
        return this.#bindPair(name, first, second);
    }
  }

  #bindPair(name: string, first: Operand, second: Operand): Condition {
    if (name === "attribute_type") return this.#bindType(first, second);
    if (name === "begins_with") for (const side of [first, second]) this.#checkTypes(name, side, ["S", "B"]);
    const op = name === "begins_with" ? "begins-with" : "contains";
    if ("path" in first) return { op, path: first.path, operand: second };
    if (!("value" in first)) throw operandTypeError(this.#kind, name, "N");
    if ("value" in second) return constant(op, first.value, second);
    return this.#bindReversed(name, first.value, second);
  }

  #bindType(first: Operand, second: Operand): Condition {
    if (!("value" in second) || !("S" in second.value))
      throw operandTypeError(
        this.#kind,
        "attribute_type",
        "value" in second ? attributeTypeOf(second.value) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
      );
    const { S: name } = second.value;
    const type = attributeTypes.find((one) => one === name);
    if (type === undefined)
      throw expressionError(
        this.#kind,
        `Invalid attribute type name found; type: ${name}, valid types: {${attributeTypes.join(",")}}`,
      );
    if ("path" in first) return { op: "type", path: first.path, type };
    throw pathRequiredError(this.#kind, "attribute_type");
  }

  /** `contains(:members, path)`, which is as much as `path IN (…)`. */
  #bindReversed(name: string, value: AttributeValue, operand: Operand): Condition {
    const members = membersOf(value);
    if (name === "contains" && members !== undefined && members.length > 0)
      return {
        op: "or",
        of: members.map((member) => ({ op: "=", left: operand, right: { value: member } })),
      };
    // DynamoDB may take a part of a literal for a test; there is nothing in the store's conditions for it.
    throw pathRequiredError(this.#kind, name);
  }

  #operand(syntax: OperandSyntax): Operand {
    if (syntax.kind === "value") return { value: this.#bindings.value(this.#kind, syntax.name) };
    if (syntax.kind === "path") return { path: this.#bindings.path(this.#kind, syntax.path) };
    const { name, operands } = syntax;
    const count = conditionFunctions.get(name);
    if (count === undefined) throw this.#wrongFunction(name);
    if (name !== "size") throw this.#misused(name);
    const [only] = operands.map((operand) => this.#operand(operand));
    if (only === undefined || operands.length !== 1)
      throw operandCountError(this.#kind, name, operands.length);
    if ("path" in only) return { size: only.path };
    const size = "value" in only ? sizeOf(only.value) : undefined;
    if (size !== undefined) return { value: { N: String(size) } };
    throw operandTypeError(this.#kind, "size", "value" in only ? attributeTypeOf(only.value) : "N");
  }

  #checkDistinct(operator: string, first: Operand, second: Operand): void {
    if (!("path" in first && "path" in second)) return;
    const path = formatDocumentPath(first.path);
    if (path !== formatDocumentPath(second.path)) return;
    throw expressionError(
      this.#kind,
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
    );
  }

  #checkOrdered(operator: string, operand: Operand): void {
    this.#checkTypes(operator, operand, ["S", "N", "B"]);
  }

  #checkTypes(operator: string, operand: Operand, types: readonly AttributeType[]): void {
    const type = "value" in operand ? attributeTypeOf(operand.value) : "size" in operand ? "N" : undefined;
    if (type !== undefined && !types.includes(type)) throw operandTypeError(this.#kind, operator, type);
  }

  #wrongFunction(name: string): Error {
    return updateFunctions.has(name)
      ? expressionError(
          this.#kind,
          `The function is not allowed in a ${this.#kind === "FilterExpression" ? "filter" : "condition"} expression; function: ${name}`,
        )
      : expressionError(this.#kind, `Invalid function name; function: ${name}`);
  }

  #misused(name: string): Error {
    return expressionError(
      this.#kind,
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }
}

/** How many operands each takes. */
export const conditionFunctions: ReadonlyMap<string, number> = new Map([
  ["attribute_exists", 1],
  ["attribute_not_exists", 1],
  ["attribute_type", 2],
  ["begins_with", 2],
  ["contains", 2],
  ["size", 1],
]);

export const updateFunctions: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);

const attributeTypes: readonly AttributeType[] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/** What holds of two literals holds of every item: a condition that is always so. */
function constant(op: "begins-with" | "contains", value: AttributeValue, operand: Operand): Condition {
  const holds = evaluateCondition({ op, path: ["value"], operand }, { value });
  const always: Operand = { value: { BOOL: true } };
  return { op: "=", left: always, right: { value: { BOOL: holds } } };
}

function membersOf(value: AttributeValue): readonly AttributeValue[] | undefined {
  if ("L" in value) return value.L;
  if ("SS" in value) return value.SS.map((S) => ({ S }));
  if ("NS" in value) return value.NS.map((N) => ({ N }));
  return "BS" in value ? value.BS.map((B) => ({ B })) : undefined;
}

/** As Java prints one: `{S:text}`. */
function show(value: AttributeValue): string {
  const [type, json] = Object.entries(writeValue(value))[0] ?? [];
  return `{${type}:${String(json)}}`;
}
