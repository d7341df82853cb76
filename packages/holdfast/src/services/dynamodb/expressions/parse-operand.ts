import type { OperandSyntax } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** Functions in functions, which no function takes deeper than this. */
const maximumDepth = 32;

/** A path, a `:value`, or a function of such. */
export function parseOperand(tokens: TokenReader, depth = 0): OperandSyntax {
  if (tokens.next.kind === "value") return { kind: "value", name: tokens.take().text };
  const { kind, text } = tokens.following;
  const isFunction = tokens.next.kind === "name" && kind === "symbol" && text === "(";
  if (!isFunction) return { kind: "path", path: tokens.expectPath() };
  if (depth === maximumDepth) tokens.fail();
  const name = tokens.take().text;
  tokens.expectSymbol("(");
  const operands = [parseOperand(tokens, depth + 1)];
  while (tokens.takeSymbol(",")) operands.push(parseOperand(tokens, depth + 1));
  tokens.expectSymbol(")");
  return { kind: "function", name, operands };
}
