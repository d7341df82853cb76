import type { AttributeType } from "./attribute-value.ts";
import { normaliseValue } from "./normal-item.ts";
import { maximumConditionOperators, maximumInOperands, maximumNestingLevels } from "./table-limits.ts";
import { requestInvalid } from "./table-request-error.ts";
import type { AttributePath, Condition, Operand } from "./table-request.ts";
import { compareValues } from "./value-comparison.ts";

/**
 * Throws `TABLE_REQUEST_INVALID` for what DynamoDB refuses whatever the item holds: malformed values, a literal that
 * has no order in an ordering comparison, `between` literals of two types or the wrong way round, more than 300
 * operators. (What an item's own attribute lacks only makes the condition false.)
 */
export function checkCondition(condition: Condition): void {
  const parts = [condition];
  let operators = 0;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    operators += 1;
    if (operators > maximumConditionOperators) {
      throw requestInvalid(`A condition has more than ${maximumConditionOperators} operators`);
    }
    checkPart(part);
    parts.push(...partsOf(part));
  }
}

/** Throws `TABLE_REQUEST_INVALID` unless it is a name, then names and list positions, at most 32 levels deep. */
export function checkPath(path: AttributePath): void {
  const isPath =
    Array.isArray(path) &&
    typeof path[0] === "string" &&
    path.every((step) => (typeof step === "number" ? Number.isSafeInteger(step) && step >= 0 : isName(step)));
  if (!isPath) throw requestInvalid("A path is a name, followed by names and list positions");
  if (path.length > maximumNestingLevels + 1) {
    throw requestInvalid(`A path leads more than ${maximumNestingLevels} levels deep`);
  }
}

export function checkOperand(operand: Operand): void {
  if ("value" in operand) normaliseValue(operand.value);
  else checkPath("path" in operand ? operand.path : operand.size);
}

function checkPart(condition: Condition): void {
  switch (condition.op) {
    case "and":
    case "or":
      if (condition.of.length === 0)
        throw requestInvalid(`An "${condition.op}" joins at least one condition`);
      return;
    case "not":
      return;
    case "exists":
    case "not-exists":
      return checkPath(condition.path);
    case "type":
      return checkType(condition);
    case "between":
      return checkBetween(condition);
    case "in":
      return checkIn(condition);
    case "begins-with":
      checkPath(condition.path);
      return checkOneOf(condition.operand, ["S", "B"], condition.op);
    case "contains":
      checkPath(condition.path);
      return checkOperand(condition.operand);
    case "=":
    case "<>":
      return [condition.left, condition.right].forEach(checkOperand);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return [condition.left, condition.right].forEach((side) => checkOrdered(side, condition.op));
    default:
      throw requestInvalid(`There is no condition ${JSON.stringify((condition as { op?: unknown }).op)}`);
  }
}

function partsOf(condition: Condition): readonly Condition[] {
  if (condition.op === "and" || condition.op === "or") return condition.of;
  return condition.op === "not" ? [condition.of] : [];
}

function checkType(condition: Condition & { readonly op: "type" }): void {
  checkPath(condition.path);
  if (!attributeTypes.has(condition.type)) throw requestInvalid(`There is no type ${String(condition.type)}`);
}

function checkIn({ operand, of: members }: Condition & { readonly op: "in" }): void {
  if (members.length === 0 || members.length > maximumInOperands) {
    throw requestInvalid(`"in" compares with 1 to ${maximumInOperands} operands, not ${members.length}`);
  }
  [operand, ...members].forEach(checkOperand);
}

function checkBetween({ operand, low, high }: Condition & { readonly op: "between" }): void {
  for (const bound of [operand, low, high]) checkOrdered(bound, "between");
  if (!("value" in low && "value" in high)) return;
  const order = compareValues(low.value, high.value);
  if (order === undefined) throw requestInvalid('The bounds of "between" are of two types');
  if (order > 0) throw requestInvalid('The lower bound of "between" is above the upper one');
}

function checkOrdered(operand: Operand, op: string): void {
  checkOneOf(operand, ["S", "N", "B"], op);
}

/** Only literals are held to the types: what a path leads to is known when the item is. */
function checkOneOf(operand: Operand, types: readonly AttributeType[], op: string): void {
  checkOperand(operand);
  if ("value" in operand && !types.some((type) => type in operand.value)) {
    throw requestInvalid(`"${op}" takes a value of type ${types.join(" or ")}`);
  }
}

function isName(step: unknown): boolean {
  return typeof step === "string" && step !== "";
}

const attributeTypes: ReadonlySet<string> = new Set<AttributeType>([
  "S",
  "N",
  "B",
  "BOOL",
  "NULL",
  "SS",
  "NS",
  "BS",
  "L",
  "M",
]);
