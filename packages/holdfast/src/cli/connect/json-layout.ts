import type { Styles } from "../output/styles.ts";

/** Whether a text is a JSON object or array, the only JSON worth laying out. */
export function isJsonContainer(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Valid JSON on several lines, two spaces a level. It works on the text, not on parsed values: what a person
 * looks at is what came, with every digit of its numbers, its escapes and its doubled keys.
 */
export function layOutJson(json: string): string {
  const tokens = json.match(jsonToken) ?? [];
  const parts: string[] = [];
  let depth = 0;
  const breakLine = (): void => void parts.push(`\n${"  ".repeat(depth)}`);
  for (const [index, token] of tokens.entries()) {
    const isEmptyPair = opens(tokens[index - 1]) && closes(token);
    if (closes(token)) depth -= 1;
    if (!isEmptyPair && (closes(token) || opens(tokens[index - 1]) || tokens[index - 1] === ",")) breakLine();
    parts.push(token === ":" ? ": " : token);
    if (opens(token)) depth += 1;
  }
  return parts.join("");
}

/** Colours keys, strings, numbers and words of valid JSON; changes no character besides. */
export function paintJson(json: string, styles: Styles): string {
  return json.replaceAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[^\s{}[\],:"]+/g, (token, string, colon) => {
    if (string !== undefined && colon !== undefined) return `${styles.cyan(string)}${colon}`;
    if (string !== undefined) return styles.green(string);
    return styles.yellow(token);
  });
}

const jsonToken = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function opens(token: string | undefined): boolean {
  return token === "{" || token === "[";
}

function closes(token: string | undefined): boolean {
  return token === "}" || token === "]";
}
