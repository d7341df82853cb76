import { expressionError } from "./expression-error.ts";
import { isReservedWord } from "./reserved-words.ts";
import type { PathSyntax } from "./syntax.ts";

export type TokenKind = "name" | "alias" | "value" | "number" | "symbol" | "unknown" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Steps through an expression's tokens. `kind` is what the errors call it: `UpdateExpression`. */
export class TokenReader {
  readonly expressionKind: string;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #reservedWord: string | undefined;

  constructor(expressionKind: string, text: string) {
    this.expressionKind = expressionKind;
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get next(): Token {
    return this.#tokenAt(this.#at);
  }

  /** The token after the next. */
  get following(): Token {
    return this.#tokenAt(this.#at + 1);
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Takes the symbol if it is next. */
  takeSymbol(symbol: string): boolean {
    const isNext = this.isSymbol(symbol);
    if (isNext) this.#at += 1;
    return isNext;
  }

  isSymbol(symbol: string): boolean {
    return this.next.kind === "symbol" && this.next.text === symbol;
  }

  /** Keywords are names in any case. */
  takeKeyword(keyword: string): boolean {
    const isNext = this.isKeyword(keyword);
    if (isNext) this.#at += 1;
    return isNext;
  }

  isKeyword(keyword: string): boolean {
    return this.next.kind === "name" && this.next.text.toUpperCase() === keyword;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail();
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) this.fail();
  }

  /** Also throws when a name on the way was one of DynamoDB's words: of all errors but those of syntax, its first. */
  expectEnd(): void {
    if (this.next.kind !== "end") this.fail();
    if (this.#reservedWord === undefined) return;
    throw expressionError(
      this.expressionKind,
      `Attribute name is a reserved keyword; reserved keyword: ${this.#reservedWord}`,
    );
  }

  /** `name`, `#alias`, and then `.name`, `.#alias` and `[0]`. */
  expectPath(): PathSyntax {
    const path: [string, ...(string | number)[]] = [this.#expectName()];
    for (;;) {
      if (this.takeSymbol(".")) path.push(this.#expectName());
      else if (this.takeSymbol("[")) {
        path.push(this.#expectPosition());
        this.expectSymbol("]");
      } else return path;
    }
  }

  expectValue(): string {
    if (this.next.kind !== "value") this.fail();
    return this.take().text;
  }

  /** The expression cannot go on with the next token. `near` is the text from the token before it to the one after. */
  fail(): never {
    const before = this.#at > 0 ? this.#tokenAt(this.#at - 1) : this.next;
    const near = this.#text.slice(before.start, this.following.end).trimEnd();
    const token = this.next.kind === "end" ? "<EOF>" : this.next.text;
    throw expressionError(this.expressionKind, `Syntax error; token: "${token}", near: "${near}"`);
  }

  #expectName(): string {
    const { kind } = this.next;
    if (kind !== "name" && kind !== "alias") this.fail();
    const { text } = this.take();
    if (kind === "name" && isReservedWord(text)) this.#reservedWord ??= text;
    return text;
  }

  #expectPosition(): number {
    const position = Number(this.next.text);
    if (this.next.kind !== "number") this.fail();
    if (!Number.isSafeInteger(position))
      throw expressionError(
        this.expressionKind,
        `List index is not within the allowable range; index: [${this.next.text}]`,
      );
    this.take();
    return position;
  }

  #tokenAt(at: number): Token {
    return this.#tokens[at] ?? { kind: "end", text: "", start: this.#text.length, end: this.#text.length };
  }
}

const pattern =
  /(?<name>[A-Za-z]\w*)|(?<alias>#\w+)|(?<value>:\w+)|(?<number>\d+)|(?<symbol><>|<=|>=|[=<>()[\],.+-])|(?<blank>\s+)|(?<unknown>[^])/g;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { groups = {}, index, 0: match } of text.matchAll(pattern)) {
    if (groups.blank !== undefined) continue;
    const kind = kinds.find((one) => groups[one] !== undefined) ?? "unknown";
    tokens.push({ kind, text: match, start: index, end: index + match.length });
  }
  return tokens;
}

const kinds = ["name", "alias", "value", "number", "symbol"] as const;
