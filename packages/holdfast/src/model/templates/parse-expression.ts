import { TemplateCursor } from "./template-cursor.ts";
import type { Block, Expression, Link, Operator, Reference, ReferenceStep } from "./template-tree.ts";

/** Reads a string's contents, which are a template again. */
export type ParseBlock = (cursor: TemplateCursor) => Block;

const identifier = /[A-Za-z_][\w-]*/y;
const referenceStart = /\$!?(?:\{[ \t]*)?[A-Za-z_]/y;
const number = /\d+(?:\.\d+)?/y;

/** Operators by rank, the weakest first; words mean the same as signs. */
const ranks: readonly Readonly<Record<string, Operator>>[] = [
  { "||": "||", or: "||" },
  { "&&": "&&", and: "&&" },
  { "==": "==", "!=": "!=", eq: "==", ne: "!=" },
  { "<=": "<=", ">=": ">=", "<": "<", ">": ">", le: "<=", ge: ">=", lt: "<", gt: ">" },
  { "+": "+", "-": "-" },
  { "*": "*", "/": "/", "%": "%" },
];

/** Reads one expression and the references in it. */
export class ExpressionParser {
  readonly #parseBlock: ParseBlock;
  #depth = 0;

  constructor(parseBlock: ParseBlock) {
    this.#parseBlock = parseBlock;
  }

  /** Whether a reference begins here; any other dollar is text. */
  startsReference(cursor: TemplateCursor): boolean {
    return cursor.peek(referenceStart) !== undefined;
  }

  /** `$name.property.method(value)[0]`, `${name}`, `$!name`. The cursor stands on the dollar. */
  reference(cursor: TemplateCursor): Reference {
    const { at } = cursor;
    cursor.take("$");
    // Quiet or not makes no difference: what is not there prints as nothing in either way.
    cursor.take("!");
    const braced = cursor.take("{");
    if (braced) cursor.skipBlanks();
    const name = cursor.match(identifier)?.[0];
    if (name === undefined) throw cursor.fail("a name is missing behind the dollar");
    const steps = this.#steps(cursor);
    if (braced) cursor.expect("}", "behind the reference");
    return { kind: "reference", name, steps, at };
  }

  expression(cursor: TemplateCursor): Expression {
    return this.#ranked(cursor, 0);
  }

  /** Expressions between commas, up to `end`, which is taken. */
  list(cursor: TemplateCursor, end: string): readonly Expression[] {
    const values: Expression[] = [];
    cursor.skipBlanks();
    while (!cursor.take(end)) {
      if (values.length > 0) cursor.expect(",", "between two values");
      values.push(this.expression(cursor));
      cursor.skipBlanks();
    }
    return values;
  }

  #steps(cursor: TemplateCursor): readonly ReferenceStep[] {
    const steps: ReferenceStep[] = [];
    for (;;) {
      if (cursor.startsWith("[")) {
        cursor.take("[");
        const index = this.expression(cursor);
        cursor.expect("]", "behind the index");
        steps.push({ kind: "index", index });
        continue;
      }
      // A dot that no name follows ends a sentence.
      const name = cursor.match(/\.(?<name>[A-Za-z_][\w-]*)/y)?.groups?.name;
      if (name === undefined) return steps;
      steps.push(
        cursor.take("(")
          ? { kind: "method", name, values: this.list(cursor, ")") }
          : { kind: "property", name },
      );
    }
  }

  #ranked(cursor: TemplateCursor, rank: number): Expression {
    const operators = ranks[rank];
    if (operators === undefined) return this.#unary(cursor);
    const first = this.#ranked(cursor, rank + 1);
    const rest: Link[] = [];
    for (;;) {
      cursor.skipBlanks();
      const operator = takeOperator(cursor, operators);
      if (operator === undefined) return rest.length === 0 ? first : { kind: "chain", first, rest };
      rest.push({ operator, operand: this.#ranked(cursor, rank + 1) });
    }
  }

  #unary(cursor: TemplateCursor): Expression {
    cursor.skipBlanks();
    cursor.checkDepth(this.#depth);
    this.#depth += 1;
    try {
      if (cursor.take("!") || cursor.match(/not\b/y) !== undefined)
        return { kind: "not", operand: this.#unary(cursor) };
      if (cursor.take("-")) return { kind: "minus", operand: this.#unary(cursor) };
      return this.#primary(cursor);
    } finally {
      this.#depth -= 1;
    }
  }

  #primary(cursor: TemplateCursor): Expression {
    if (this.startsReference(cursor)) return this.reference(cursor);
    if (cursor.startsWith("'") || cursor.startsWith('"')) return this.#string(cursor);
    if (cursor.take("(")) {
      const inner = this.expression(cursor);
      cursor.expect(")", "behind the expression");
      return inner;
    }
    if (cursor.take("[")) return this.#listOrRange(cursor);
    if (cursor.take("{")) return this.#map(cursor);
    const digits = cursor.match(number)?.[0];
    if (digits !== undefined) return { kind: "literal", value: Number(digits) };
    const word = cursor.match(/(?:true|false|null)\b/y)?.[0];
    if (word !== undefined) return { kind: "literal", value: JSON.parse(word) as boolean | null };
    throw cursor.fail("a value is missing");
  }

  /** No escapes, save that a quote within is written twice (Velocity). */
  #string(cursor: TemplateCursor): Expression {
    const quote = cursor.text.charAt(cursor.at);
    const start = cursor.at + 1;
    let end = cursor.text.indexOf(quote, start);
    while (end !== -1 && cursor.text.charAt(end + 1) === quote) end = cursor.text.indexOf(quote, end + 2);
    if (end === -1) throw cursor.fail("the string does not end");
    cursor.at = end + 1;
    const text = cursor.text.slice(start, end).replaceAll(quote + quote, quote);
    if (quote === "'" || !/[$#]/.test(text)) return { kind: "literal", value: text };
    // With all that stands before it, so that places in it are places in the template.
    const contents = new TemplateCursor(cursor.text.slice(0, start) + text, start);
    return { kind: "interpolation", body: this.#parseBlock(contents) };
  }

  #listOrRange(cursor: TemplateCursor): Expression {
    cursor.skipBlanks();
    if (cursor.take("]")) return { kind: "list", items: [] };
    const first = this.expression(cursor);
    cursor.skipBlanks();
    if (cursor.take("..")) {
      const to = this.expression(cursor);
      cursor.expect("]", "behind the range");
      return { kind: "range", from: first, to };
    }
    if (cursor.take("]")) return { kind: "list", items: [first] };
    cursor.expect(",", "between two values");
    return { kind: "list", items: [first, ...this.list(cursor, "]")] };
  }

  #map(cursor: TemplateCursor): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    cursor.skipBlanks();
    while (!cursor.take("}")) {
      if (entries.length > 0) cursor.expect(",", "between two entries");
      const key = this.expression(cursor);
      cursor.expect(":", "between key and value");
      entries.push([key, this.expression(cursor)]);
      cursor.skipBlanks();
    }
    return { kind: "map", entries };
  }
}

function takeOperator(
  cursor: TemplateCursor,
  operators: Readonly<Record<string, Operator>>,
): Operator | undefined {
  const word = cursor.peek(/[a-z]+\b/y)?.[0];
  const found = Object.keys(operators).find((sign) =>
    /^[a-z]/.test(sign) ? sign === word : cursor.startsWith(sign),
  );
  if (found === undefined) return undefined;
  cursor.take(found);
  return operators[found];
}
