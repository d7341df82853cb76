import { expressionError } from "./expression-error.ts";
import type { ComparatorSyntax, ConditionSyntax, OperandSyntax } from "./syntax.ts";
import { parseOperand } from "./parse-operand.ts";
import { TokenReader } from "./token-reader.ts";

/** A condition, a filter or a key condition. NOT binds closest, then AND, then OR. */
export function parseCondition(expressionKind: string, text: string): ConditionSyntax {
  const parser = new ConditionParser(new TokenReader(expressionKind, text));
  return parser.parse();
}

/** What stands in parentheses may turn out to be either. */
type Parsed =
  | { readonly is: "condition"; readonly condition: ConditionSyntax; readonly inParentheses: boolean }
  | { readonly is: "operand"; readonly operand: OperandSyntax; readonly inParentheses: boolean };

/** Deeper ones would also have more operators than DynamoDB takes. */
const maximumDepth = 300;

class ConditionParser {
  readonly #tokens: TokenReader;
  #depth = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  parse(): ConditionSyntax {
    const condition = this.#toCondition(this.#parseOr());
    this.#tokens.expectEnd();
    return condition;
  }

  #parseOr(): Parsed {
    return this.#parseJoined("or", () => this.#parseAnd());
  }

  #parseAnd(): Parsed {
    return this.#parseJoined("and", () => this.#parseNot());
  }

  #parseJoined(kind: "and" | "or", parsePart: () => Parsed): Parsed {
    const first = parsePart();
    if (!this.#tokens.isKeyword(kind.toUpperCase())) return first;
    const of = [this.#toCondition(first)];
    while (this.#tokens.takeKeyword(kind.toUpperCase())) of.push(this.#toCondition(parsePart()));
    return { is: "condition", condition: { kind, of }, inParentheses: false };
  }

  #parseNot(): Parsed {
    if (!this.#tokens.takeKeyword("NOT")) return this.#parseComparison();
    const of = this.#deeper(() => this.#toCondition(this.#parseNot()));
    return { is: "condition", condition: { kind: "not", of }, inParentheses: false };
  }

  #parseComparison(): Parsed {
    const left = this.#parsePrimary();
    if (left.is === "condition") return left;
    const condition = this.#parseAfter(left.operand);
    return condition === undefined ? left : { is: "condition", condition, inParentheses: false };
  }

  /** The rest of a comparison, or nothing where none follows. */
  #parseAfter(operand: OperandSyntax): ConditionSyntax | undefined {
    const op = comparators.find((one) => this.#tokens.takeSymbol(one));
    if (op !== undefined) return { kind: "comparison", op, left: operand, right: this.#parseSide() };
    if (this.#tokens.takeKeyword("BETWEEN")) {
      const low = this.#parseSide();
      this.#tokens.expectKeyword("AND");
      return { kind: "between", operand, low, high: this.#parseSide() };
    }
    if (!this.#tokens.takeKeyword("IN")) return undefined;
    this.#tokens.expectSymbol("(");
    const of = [this.#parseSide()];
    while (this.#tokens.takeSymbol(",")) of.push(this.#parseSide());
    this.#tokens.expectSymbol(")");
    return { kind: "in", operand, of };
  }

  #parseSide(): OperandSyntax {
    const side = this.#parsePrimary();
    return side.is === "operand" ? side.operand : this.#tokens.fail();
  }

  #parsePrimary(): Parsed {
    if (!this.#tokens.takeSymbol("("))
      return { is: "operand", operand: parseOperand(this.#tokens), inParentheses: false };
    const inner = this.#deeper(() => this.#parseOr());
    this.#tokens.expectSymbol(")");
    if (inner.inParentheses) throw redundant(this.#tokens.expressionKind);
    return { ...inner, inParentheses: true };
  }

  /** A function may stand alone as a condition; another operand asks for more. */
  #toCondition(parsed: Parsed): ConditionSyntax {
    if (parsed.is === "condition") return parsed.condition;
    return parsed.operand.kind === "function" ? parsed.operand : this.#tokens.fail();
  }

  #deeper<Result>(parse: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw redundant(this.#tokens.expressionKind);
    const result = parse();
    this.#depth -= 1;
    return result;
  }
}

function redundant(expressionKind: string): Error {
  return expressionError(expressionKind, "The expression has redundant parentheses;");
}

const comparators: readonly ComparatorSyntax[] = ["=", "<>", "<=", ">=", "<", ">"];
