/** A template after reading: what is rendered, in order. */
export type Block = readonly TemplateNode[];

export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | {
      readonly kind: "foreach";
      readonly variable: string;
      readonly source: Expression;
      readonly body: Block;
    }
  | { readonly kind: "define"; readonly variable: string; readonly body: Block }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly macro: string;
      readonly values: readonly Expression[];
    }
  | { readonly kind: "break" }
  | { readonly kind: "stop" };

export interface Branch {
  readonly condition: Expression;
  readonly body: Block;
}

export interface Macro {
  readonly parameters: readonly string[];
  readonly body: Block;
}

/** `$name` and what follows it. */
export interface Reference {
  readonly kind: "reference";
  readonly name: string;
  readonly steps: readonly ReferenceStep[];
  /** Where it begins, in characters from the template's beginning. */
  readonly at: number;
}

export type ReferenceStep =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "index"; readonly index: Expression }
  | { readonly kind: "method"; readonly name: string; readonly values: readonly Expression[] };

export type Expression =
  | Reference
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Text in double quotes, whose references count. */
  | { readonly kind: "interpolation"; readonly body: Block }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "not" | "minus"; readonly operand: Expression }
  /** Operators of one rank, from left to right; so that a long sum is no deep tree. */
  | { readonly kind: "chain"; readonly first: Expression; readonly rest: readonly Link[] };

export interface Link {
  readonly operator: Operator;
  readonly operand: Expression;
}

export type Operator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";
