/** A part of a filter pattern: a quoted text, an operator, or what stands between them. */
export interface PatternToken {
  readonly kind: "word" | "text" | "operator";
  readonly text: string;
}

const tokenPattern =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*")|(?<operator>&&|\|\||!=|<=|>=|[=<>()])|(?<word>(?:\[[^\]]*\]|[^\s"=!<>()&|[\]])+))/y;

/** Undefined when a text does not end, or something stands where nothing of the kind can. */
export function readTokens(source: string): readonly PatternToken[] | undefined {
  const tokens: PatternToken[] = [];
  const text = source.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const groups = tokenPattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    if (groups.text !== undefined) tokens.push({ kind: "text", text: unquote(groups.text) });
    else if (groups.operator !== undefined) tokens.push({ kind: "operator", text: groups.operator });
    else tokens.push({ kind: "word", text: groups.word ?? "" });
  }
  return tokens;
}

export function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
}
