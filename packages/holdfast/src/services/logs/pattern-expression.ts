import { readTokens, type PatternToken } from "./pattern-tokens.ts";

/** What an expression asks about: a property of a JSON event, or a field of a delimited one. */
export type Subject<T> = (event: T) => unknown;

/** Whether an event fits. */
export type EventTest<T> = (event: T) => boolean;

export interface ExpressionOptions<T> {
  /** Undefined for a text that cannot be a subject. */
  readonly subject: (text: string) => Subject<T> | undefined;
}

/** Deeper ones than this are refused. */
const maximumDepth = 32;

/**
 * `SUBJECT OPERATOR VALUE`, joined by `&&` and `||` and with parentheses: the part that JSON patterns and delimited ones
 * have in common. Undefined when the text is none.
 */
export function parseExpression<T>(text: string, options: ExpressionOptions<T>): EventTest<T> | undefined {
  const tokens = readTokens(text);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens, options);
  const test = parser.alternatives(0);
  return parser.isAtEnd ? test : undefined;
}

class Parser<T> {
  readonly #tokens: readonly PatternToken[];
  readonly #options: ExpressionOptions<T>;
  #at = 0;

  constructor(tokens: readonly PatternToken[], options: ExpressionOptions<T>) {
    this.#tokens = tokens;
    this.#options = options;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  alternatives(depth: number): EventTest<T> | undefined {
    const tests = this.#joined("||", () => this.#conjunction(depth));
    return tests && ((event) => tests.some((test) => test(event)));
  }

  #conjunction(depth: number): EventTest<T> | undefined {
    const tests = this.#joined("&&", () => this.#part(depth));
    return tests && ((event) => tests.every((test) => test(event)));
  }

  #joined(operator: string, next: () => EventTest<T> | undefined): EventTest<T>[] | undefined {
    const tests: EventTest<T>[] = [];
    do {
      const test = next();
      if (test === undefined) return undefined;
      tests.push(test);
    } while (this.#takeOperator(operator));
    return tests;
  }

  #part(depth: number): EventTest<T> | undefined {
    if (!this.#takeOperator("(")) return this.#condition();
    if (depth >= maximumDepth) return undefined;
    const inner = this.alternatives(depth + 1);
    return this.#takeOperator(")") ? inner : undefined;
  }

  #condition(): EventTest<T> | undefined {
    const word = this.#take("word");
    const subject = word && this.#options.subject(word.text);
    if (subject === undefined) return undefined;
    return this.#stateTest(subject) ?? this.#comparison(subject);
  }

  /** `IS NULL`, `NOT EXISTS` and their like (documented). */
  #stateTest(subject: Subject<T>): EventTest<T> | undefined {
    const [first, second] = this.#tokens.slice(this.#at, this.#at + 2);
    if (first?.kind !== "word" || second?.kind !== "word") return undefined;
    const name = `${first.text} ${second.text}`.toUpperCase();
    if (!states.has(name)) return undefined;
    this.#at += 2;
    return (event) => subject(event) === states.get(name);
  }

  #comparison(subject: Subject<T>): EventTest<T> | undefined {
    const operator = this.#tokens[this.#at]?.text ?? "";
    if (!comparisons.has(operator) || this.#tokens[this.#at]?.kind !== "operator") return undefined;
    this.#at += 1;
    const value = this.#take("text") ?? this.#take("word");
    const compare = value && compareWith(operator, value);
    return compare && ((event) => compare(subject(event)));
  }

  #take(kind: PatternToken["kind"]): PatternToken | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token;
  }

  #takeOperator(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "operator" || token.text !== text) return false;
    this.#at += 1;
    return true;
  }
}

/** By name, the value that is asked for. */
const states: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["IS NULL", null],
  ["IS TRUE", true],
  ["IS FALSE", false],
  ["NOT EXISTS", undefined],
]);

const comparisons: ReadonlySet<string> = new Set(["=", "!=", "<", "<=", ">", ">="]);

/** What is not there fits no comparison, not even `!=`: AWS's way is not known. */
function compareWith(operator: string, value: PatternToken): ((found: unknown) => boolean) | undefined {
  const number = value.kind === "word" ? toNumber(value.text) : undefined;
  if (operator === "=" || operator === "!=") {
    const isEqual = equality(value.text, number);
    return (found) => isComparable(found) && isEqual(found) === (operator === "=");
  }
  if (number === undefined) return undefined;
  return (found) => {
    const other = typeof found === "string" ? toNumber(found) : found;
    return typeof other === "number" && isOrdered(other, operator, number);
  };
}

type Comparable = string | number | boolean;

function isComparable(value: unknown): value is Comparable {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** As numbers where both are some, else as texts, in which `*` stands for anything (documented). */
function equality(text: string, number: number | undefined): (found: Comparable) => boolean {
  const parts = text.split("*");
  return (found) =>
    typeof found === "number" && number !== undefined ? found === number : fitsParts(String(found), parts);
}

/** Whether a text has these parts one after another, with anything between them. */
function fitsParts(text: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

function isOrdered(one: number, operator: string, other: number): boolean {
  if (operator === "<") return one < other;
  if (operator === "<=") return one <= other;
  return operator === ">" ? one > other : one >= other;
}

function toNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
