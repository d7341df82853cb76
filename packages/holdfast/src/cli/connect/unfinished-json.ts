/**
 * Whether a first typed line begins a JSON object or array, as far as it goes. `{hello` and `[note] hi` are
 * plain text: after the bracket must come what JSON allows there, or the line's end.
 */
export function startsJson(line: string): boolean {
  return /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["{[\]\d-]|(?:true|false|null)\b|$))/.test(line);
}

/**
 * How many more brackets a line opens than it closes, those in strings apart; negative when it closes more.
 * A JSON string cannot hold a line break, so every line starts outside strings and the counts of lines add up.
 * Deliberately no validation: with a typing mistake in its middle, a pasted object still stays one message.
 */
export function countOpenBrackets(line: string): number {
  let open = 0;
  for (const [token] of line.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[{}[\]]/g)) {
    if (token === "{" || token === "[") open += 1;
    if (token === "}" || token === "]") open -= 1;
  }
  return open;
}
