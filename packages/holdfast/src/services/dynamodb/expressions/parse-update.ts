import { expressionError } from "./expression-error.ts";
import { parseOperand } from "./parse-operand.ts";
import type { UpdateActionSyntax, UpdateValueSyntax } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

const kind = "UpdateExpression";

/** `SET`, `REMOVE`, `ADD` and `DELETE`, each at most once and in any order. */
export function parseUpdate(text: string): readonly UpdateActionSyntax[] {
  const tokens = new TokenReader(kind, text);
  const actions: UpdateActionSyntax[] = [];
  const taken: Section[] = [];
  do {
    const section = sections.find((one) => tokens.takeKeyword(one)) ?? tokens.fail();
    taken.push(section);
    do actions.push(parsers[section](tokens));
    while (tokens.takeSymbol(","));
  } while (tokens.next.kind !== "end");
  tokens.expectEnd();
  const twice = taken.find((section, at) => taken.indexOf(section) !== at);
  if (twice !== undefined)
    throw expressionError(kind, `The "${twice}" section can only be used once in an update expression;`);
  return actions;
}

const sections = ["SET", "REMOVE", "ADD", "DELETE"] as const;
type Section = (typeof sections)[number];

const parsers: Readonly<Record<Section, (tokens: TokenReader) => UpdateActionSyntax>> = {
  SET: (tokens) => {
    const path = tokens.expectPath();
    tokens.expectSymbol("=");
    return { action: "set", path, value: parseValue(tokens) };
  },
  REMOVE: (tokens) => ({ action: "remove", path: tokens.expectPath() }),
  ADD: (tokens) => ({ action: "add", path: tokens.expectPath(), value: tokens.expectValue() }),
  DELETE: (tokens) => ({ action: "delete", path: tokens.expectPath(), value: tokens.expectValue() }),
};

/** One sum or difference at most, as DynamoDB's grammar has it. */
function parseValue(tokens: TokenReader): UpdateValueSyntax {
  const left = parseTerm(tokens);
  if (tokens.takeSymbol("+")) return { kind: "plus", left, right: parseTerm(tokens) };
  if (tokens.takeSymbol("-")) return { kind: "minus", left, right: parseTerm(tokens) };
  return left;
}

function parseTerm(tokens: TokenReader): UpdateValueSyntax {
  if (!tokens.takeSymbol("(")) return parseOperand(tokens);
  if (tokens.isSymbol("(")) throw expressionError(kind, "The expression has redundant parentheses;");
  const value = parseValue(tokens);
  tokens.expectSymbol(")");
  return value;
}
