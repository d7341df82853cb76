/**
 * Whether a text matches a pattern in which `*` stands for any characters, none included, and `?` for one; behind
 * `escapeMark` either stands for itself. Takes at most the product of the two lengths in steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const isEscaped = pattern[patternAt] === escapeMark;
    const wanted = isEscaped ? pattern[patternAt + 1] : pattern[patternAt];
    if (wanted === "*" && !isEscaped) {
      star = patternAt;
      starAt = at;
      patternAt += 1;
    } else if ((wanted === "?" && !isEscaped) || wanted === text[at]) {
      at += 1;
      patternAt += isEscaped ? 2 : 1;
    } else if (star === -1) return false;
    else {
      // The last star takes one character more; those before it need not be tried again.
      starAt += 1;
      at = starAt;
      patternAt = star + 1;
    }
  }
  while (pattern[patternAt] === "*") patternAt += 1;
  return patternAt === pattern.length;
}

/** No pattern of a policy's has this character. */
export const escapeMark = "\0";

/** A pattern that only this text matches. */
export function escapeGlob(text: string): string {
  return text.replaceAll(/[*?]/g, (wild) => escapeMark + wild);
}

/** The text of a pattern without wildcards, as operators that know none take it. */
export function unescapeGlob(pattern: string): string {
  return pattern.replaceAll(escapeMark, "");
}
