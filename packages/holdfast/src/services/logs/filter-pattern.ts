import { parseDelimitedPattern } from "./delimited-pattern.ts";
import { parseJsonPattern } from "./json-pattern.ts";
import type { EventTest } from "./pattern-expression.ts";
import { unquote } from "./pattern-tokens.ts";

/**
 * Whether messages fit a filter pattern of CloudWatch Logs (documented): terms, `{ $.json = "conditions" }`, or `[space, delimited, fields]`.
 * Undefined when it cannot be read; patterns with regular expressions (`%…%`) cannot.
 */
export function parseFilterPattern(pattern: string): EventTest<string> | undefined {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return parseJsonPattern(text);
  return text.startsWith("[") ? parseDelimitedPattern(text) : parseTerms(text);
}

/** A term, and what stands before it: `-` keeps events with it out, `?` makes it one of several. */
const termPattern = /\s*(?<sign>[-?]?)(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^\s"%]+))(?=\s|$)/y;

/**
 * All terms have to be in the message, in this case, and none of those with `-`. Terms with `?` count where there are no
 * others: one of them is enough (documented). Whether a term has to be a whole word is not; it does not here.
 */
function parseTerms(text: string): EventTest<string> | undefined {
  const terms: { readonly sign: string; readonly text: string }[] = [];
  termPattern.lastIndex = 0;
  while (termPattern.lastIndex < text.length) {
    const groups = termPattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const { sign = "", quoted, plain = "" } = groups;
    terms.push({ sign, text: quoted === undefined ? plain : unquote(quoted) });
  }
  const withSign = (sign: string): string[] =>
    terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [wanted, unwanted, optional] = [withSign(""), withSign("-"), withSign("?")];
  if (optional.length === terms.length) return (message) => optional.some((term) => message.includes(term));
  return (message) =>
    wanted.every((term) => message.includes(term)) && !unwanted.some((term) => message.includes(term));
}
