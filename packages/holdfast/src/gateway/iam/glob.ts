/**
 * Whether a text matches a pattern in which `*` stands for any characters, none included, and `?` for one. Takes at
 * most the product of the two lengths in steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      star = patternAt;
      starAt = at;
      patternAt += 1;
    } else if (wanted === "?" || wanted === text[at]) {
      at += 1;
      patternAt += 1;
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
