import type { Operator } from "./template-tree.ts";
import { areEqual, toText, type TemplateValue } from "./template-values.ts";

/** What an operator makes of two values; null where Java's types would not let it. */
export function applyLink(
  left: TemplateValue,
  operator: Exclude<Operator, "||" | "&&">,
  right: TemplateValue,
): TemplateValue {
  if (operator === "==") return areEqual(left, right);
  if (operator === "!=") return !areEqual(left, right);
  if (typeof left === "number" && typeof right === "number") return calculate(left, operator, right);
  if (left === null || right === null) return isComparison(operator) ? false : null;
  if (operator === "+") return toText(left) + toText(right);
  if (!isComparison(operator)) return null;
  return typeof left === "string" && typeof right === "string" && compare(left, operator, right);
}

export function negate(value: TemplateValue): TemplateValue {
  return typeof value === "number" ? -value : null;
}

type Comparison = "<" | "<=" | ">" | ">=";
type Arithmetic = "+" | "-" | "*" | "/" | "%";

function isComparison(operator: Comparison | Arithmetic): operator is Comparison {
  return operator.startsWith("<") || operator.startsWith(">");
}

function calculate(left: number, operator: Comparison | Arithmetic, right: number): TemplateValue {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return divide(left, right);
    case "%":
      return right === 0 ? null : left % right;
    default:
      return compare(left, operator, right);
  }
}

/** Whole numbers divide to whole numbers, as in Java; by nought nothing comes out (Velocity). */
function divide(left: number, right: number): number | null {
  if (right === 0) return null;
  const quotient = left / right;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(quotient) : quotient;
}

function compare<Value extends string | number>(left: Value, operator: Comparison, right: Value): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
