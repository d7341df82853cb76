import type { AttributePath } from "../../../model/table-request.ts";
import { validationError } from "../dynamodb-error.ts";
import { malformed } from "./statement-error.ts";

type TokenKind = "name" | "quoted" | "string" | "number" | "symbol" | "unknown" | "end";

interface Token {
  readonly kind: TokenKind;
  /** Of quoted names and strings what is inside. */
  readonly text: string;
}

/** No statement that DynamoDB takes is deeper: values have 32 levels. */
const maximumDepth = 100;

/** Steps through a statement's tokens, and through the parameters that its `?` stand for. */
export class StatementReader {
  readonly #tokens: readonly Token[];
  readonly #parameters: readonly unknown[];
  #at = 0;
  #parametersTaken = 0;
  #depth = 0;

  /** `parameters` are attribute values in DynamoDB's JSON. */
  constructor(text: string, parameters: readonly unknown[]) {
    this.#tokens = tokensOf(text);
    // Nothing stands after DynamoDB's colon either.
    if (this.#tokens.some(({ kind }) => kind === "unknown")) throw malformed("");
    this.#parameters = parameters;
  }

  isSymbol(symbol: string): boolean {
    return this.#next.kind === "symbol" && this.#next.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    return this.#takeIf(this.isSymbol(symbol));
  }

  /** The one of the symbols that is next. */
  takeOneOf<Text extends string>(symbols: readonly Text[]): Text | undefined {
    return symbols.find((symbol) => this.takeSymbol(symbol));
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail();
  }

  /** Keywords are unquoted names in any case. */
  isKeyword(keyword: string): boolean {
    return this.#next.kind === "name" && this.#next.text.toUpperCase() === keyword;
  }

  takeKeyword(keyword: string): boolean {
    return this.#takeIf(this.isKeyword(keyword));
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) this.fail();
  }

  /** The name of the function if a call of one is next; takes its parenthesis too. */
  takeFunction(): string | undefined {
    const { kind, text } = this.#next;
    const following = this.#tokens[this.#at + 1];
    if (kind !== "name" || isKeyword(text) || following?.kind !== "symbol" || following.text !== "(")
      return undefined;
    this.#at += 2;
    return text.toLowerCase();
  }

  takeString(): string | undefined {
    return this.#takeKind("string");
  }

  takeNumber(): string | undefined {
    return this.#takeKind("number");
  }

  /** The value that the `?` just taken stands for. */
  takeParameter(): unknown {
    const value = this.#parameters[this.#parametersTaken];
    if (this.#parametersTaken >= this.#parameters.length) throw parametersError();
    this.#parametersTaken += 1;
    return value;
  }

  get isAtEnd(): boolean {
    return this.#next.kind === "end" || this.isSymbol(";");
  }

  /** A name in double quotes, or a word that is none of the grammar's. */
  get isName(): boolean {
    const { kind, text } = this.#next;
    return kind === "quoted" || (kind === "name" && !isKeyword(text));
  }

  expectName(): string {
    if (!this.isName) this.fail();
    const { text } = this.#next;
    this.#at += 1;
    return text;
  }

  /** What a statement changes: a table, or an attribute. The words for anything else are DynamoDB's. */
  checkTarget(): void {
    if (!this.isName) throw malformed("Expected identifier for simple path");
  }

  /** `name`, and then `.name` and `[0]`. */
  expectPath(): AttributePath {
    const path: [string, ...(string | number)[]] = [this.expectName()];
    for (;;) {
      if (this.takeSymbol(".")) path.push(this.expectName());
      else if (this.takeSymbol("[")) {
        const position = Number(this.takeNumber() ?? this.fail());
        if (!Number.isSafeInteger(position)) this.fail();
        path.push(position);
        this.expectSymbol("]");
      } else return path;
    }
  }

  /** Also throws when there are more parameters than `?`. */
  expectEnd(): void {
    this.takeSymbol(";");
    // The words are DynamoDB's.
    if (this.#next.kind !== "end") throw malformed("Unexpected token after expression");
    if (this.#parametersTaken < this.#parameters.length) throw parametersError();
  }

  /** Bounds how deep a statement's parts stand in one another. */
  deeper<Result>(read: () => Result): Result {
    if (this.#depth >= maximumDepth) throw malformed("Expression is nested too deeply");
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** The statement cannot go on with the next token. DynamoDB has more ways to say so; not all of them are known. */
  fail(): never {
    const { kind, text } = this.#next;
    if (kind !== "name" || !isKeyword(text)) throw malformed("Unexpected term");
    throw malformed(operators.has(text.toUpperCase()) ? "Unexpected operator" : "Unexpected keyword");
  }

  #takeIf(isNext: boolean): boolean {
    if (isNext) this.#at += 1;
    return isNext;
  }

  #takeKind(kind: TokenKind): string | undefined {
    const next = this.#next;
    return this.#takeIf(next.kind === kind) ? next.text : undefined;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }
}

function parametersError(): Error {
  return validationError("Number of parameters in request and statement don't match.");
}

/**
 * Words that are names only in quotes. DynamoDB has all of SQL's, hundreds; here it is those that the grammar needs to be
 * unambiguous.
 */
const keywords: ReadonlySet<string> = new Set(
  [
    [
      "SELECT",
      "FROM",
      "WHERE",
      "ORDER",
      "BY",
      "ASC",
      "DESC",
      "AS",
      "AND",
      "OR",
      "NOT",
      "IN",
      "IS",
      "BETWEEN",
    ],
    ["INSERT", "INTO", "VALUE", "VALUES", "UPDATE", "SET", "REMOVE", "DELETE", "RETURNING", "EXISTS"],
    ["NULL", "MISSING", "TRUE", "FALSE", "GROUP", "HAVING", "LIMIT", "LIKE", "DISTINCT", "JOIN", "UNION"],
  ].flat(),
);

const operators: ReadonlySet<string> = new Set(["IS", "IN", "BETWEEN", "LIKE", "AND", "OR"]);

function isKeyword(text: string): boolean {
  return keywords.has(text.toUpperCase());
}

// Comments are not taken: what a role allows is read off a statement's first words.
const pattern =
  /'(?<string>(?:[^']|'')*)'|"(?<quoted>(?:[^"]|"")+)"|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_$][\w$]*)|(?<symbol><<|>>|<>|!=|<=|>=|[=<>()[\]{},.*?:;+-])|(?<blank>\s+)|(?<unknown>[^])/g;

const kinds = ["string", "quoted", "number", "name", "symbol"] as const;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { groups = {}, 0: match } of text.matchAll(pattern)) {
    if (groups.blank !== undefined) continue;
    const kind = kinds.find((one) => groups[one] !== undefined) ?? "unknown";
    tokens.push({ kind, text: meant(kind, match) });
  }
  return tokens;
}

/** Inside quotes a quote is written twice. */
function meant(kind: TokenKind, match: string): string {
  if (kind === "string") return match.slice(1, -1).replaceAll("''", "'");
  return kind === "quoted" ? match.slice(1, -1).replaceAll('""', '"') : match;
}
