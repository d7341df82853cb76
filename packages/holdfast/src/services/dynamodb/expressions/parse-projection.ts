import type { PathSyntax } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** Paths with commas between them. */
export function parseProjection(text: string): readonly PathSyntax[] {
  const tokens = new TokenReader("ProjectionExpression", text);
  const paths = [tokens.expectPath()];
  while (tokens.takeSymbol(",")) paths.push(tokens.expectPath());
  tokens.expectEnd();
  return paths;
}
