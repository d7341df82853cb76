/** What the parsers make of an expression's text, before its `#names` and `:values` are known. */

/** `#aliases` are still such; other texts are names as they are written, numbers list positions. */
export type PathSyntax = readonly [string, ...(string | number)[]];

export type OperandSyntax =
  | { readonly kind: "path"; readonly path: PathSyntax }
  | { readonly kind: "value"; readonly name: string }
  | FunctionSyntax;

export interface FunctionSyntax {
  readonly kind: "function";
  readonly name: string;
  readonly operands: readonly OperandSyntax[];
}

export type ComparatorSyntax = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type ConditionSyntax =
  | { readonly kind: "and" | "or"; readonly of: readonly ConditionSyntax[] }
  | { readonly kind: "not"; readonly of: ConditionSyntax }
  | {
      readonly kind: "comparison";
      readonly op: ComparatorSyntax;
      readonly left: OperandSyntax;
      readonly right: OperandSyntax;
    }
  | {
      readonly kind: "between";
      readonly operand: OperandSyntax;
      readonly low: OperandSyntax;
      readonly high: OperandSyntax;
    }
  | { readonly kind: "in"; readonly operand: OperandSyntax; readonly of: readonly OperandSyntax[] }
  | FunctionSyntax;

export type UpdateValueSyntax =
  | OperandSyntax
  | {
      readonly kind: "plus" | "minus";
      readonly left: UpdateValueSyntax;
      readonly right: UpdateValueSyntax;
    };

export type UpdateActionSyntax =
  | { readonly action: "set"; readonly path: PathSyntax; readonly value: UpdateValueSyntax }
  | { readonly action: "remove"; readonly path: PathSyntax }
  | { readonly action: "add" | "delete"; readonly path: PathSyntax; readonly value: string };
