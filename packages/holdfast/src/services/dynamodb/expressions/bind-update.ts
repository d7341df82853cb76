import { attributeTypeOf, type AttributeType, type AttributeValue } from "../../../model/attribute-value.ts";
import type { UpdateAction, UpdateValue } from "../../../model/table-request.ts";
import { conditionFunctions, updateFunctions } from "./bind-condition.ts";
import type { Bindings } from "./bindings.ts";
import {
  expressionError,
  operandCountError,
  operandTypeError,
  pathRequiredError,
} from "./expression-error.ts";
import { checkPathsApart } from "./path-conflicts.ts";
import type { FunctionSyntax, UpdateActionSyntax, UpdateValueSyntax } from "./syntax.ts";

const kind = "UpdateExpression";

/** The actions with their names and values put in. Throws DynamoDB's errors for what does not go together. */
export function bindUpdate(
  syntax: readonly UpdateActionSyntax[],
  bindings: Bindings,
): readonly UpdateAction[] {
  // What the paths are to one another comes before what is done at them.
  checkPathsApart(
    kind,
    syntax.map(({ path }) => bindings.path(kind, path)),
  );
  return syntax.map((action) => bindAction(action, bindings));
}

function bindAction(syntax: UpdateActionSyntax, bindings: Bindings): UpdateAction {
  const path = bindings.path(kind, syntax.path);
  switch (syntax.action) {
    case "set":
      return { action: "set", path, value: bindValue(syntax.value, bindings) };
    case "remove":
      return { action: "remove", path };
    case "add":
    case "delete": {
      const value = bindings.value(kind, syntax.value);
      checkSectionType(syntax.action, value);
      return { action: syntax.action, path, value };
    }
  }
}

function checkSectionType(action: "add" | "delete", value: AttributeValue): void {
  const type = attributeTypeOf(value);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  if (isSet || (action === "add" && type === "N")) return;
  const section = action.toUpperCase();
  throw expressionError(
    kind,
    `Incorrect operand type for operator or function; operator: ${section}, operand type: ${typeNames[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
  );
}

const typeNames: Readonly<Record<AttributeType, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  L: "LIST",
  M: "MAP",
};

function bindValue(syntax: UpdateValueSyntax, bindings: Bindings): UpdateValue {
  switch (syntax.kind) {
    case "value":
      return { value: bindings.value(kind, syntax.name) };
    case "path":
      return { path: bindings.path(kind, syntax.path) };
    case "plus":
    case "minus": {
      const sides = [bindValue(syntax.left, bindings), bindValue(syntax.right, bindings)] as const;
      const sign = syntax.kind === "plus" ? "+" : "-";
      for (const side of sides) checkType(sign, side, "N");
      return syntax.kind === "plus" ? { plus: sides } : { minus: sides };
    }
    case "function":
      return bindFunction(syntax, bindings);
  }
}

function bindFunction({ name, operands }: FunctionSyntax, bindings: Bindings): UpdateValue {
  if (!updateFunctions.has(name)) {
    throw conditionFunctions.has(name)
      ? expressionError(kind, `The function is not allowed in an update expression; function: ${name}`)
      : expressionError(kind, `Invalid function name; function: ${name}`);
  }
  const [first, second] = operands.map((operand) => bindValue(operand, bindings));
  if (first === undefined || second === undefined || operands.length !== 2)
    throw operandCountError(kind, name, operands.length);
  if (name === "if_not_exists") {
    if (!("path" in first)) throw pathRequiredError(kind, name);
    return { ifNotExists: first.path, otherwise: second };
  }
  for (const list of [first, second]) checkType(name, list, "L");
  return { listAppend: [first, second] };
}

/** What is known before the item is: of literals, and of what functions give. */
function checkType(operator: string, value: UpdateValue, wanted: AttributeType): void {
  const type = "value" in value ? attributeTypeOf(value.value) : "listAppend" in value ? "L" : undefined;
  if (type !== undefined && type !== wanted) throw operandTypeError(kind, operator, type);
}
