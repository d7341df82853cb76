import { TemplateFault } from "./template-fault.ts";

/** A pattern that takes no more than a moment on any text that is no longer than `maximumLength`. */
export interface BoundedPattern {
  readonly regex: RegExp;
  readonly maximumLength: number;
  /** The work on a text of `length` characters grows with this power of it, at worst. */
  readonly power: number;
}

const defaultPatternLength = 256;
/** Parts that may be there or not, each of which can double the work. */
const maximumOptionalParts = 8;
/** By how many repetitions without end can fail after having matched: each adds a power to the work. */
const maximumLengths = [1_048_576, 16_384, 1024, 256];

/**
 * Java's patterns as far as they mean the same in JavaScript, whose engine can take without end: a pattern that repeats
 * a repetition is refused, others are bounded. Throws `TemplateFault`.
 */
export function compilePattern(
  pattern: string,
  flags = "",
  maximumPatternLength = defaultPatternLength,
): BoundedPattern {
  if (pattern.length > maximumPatternLength)
    throw new TemplateFault(`a pattern is longer than ${maximumPatternLength} characters`);
  // What an escape or a class holds is one character.
  const bare = pattern.replaceAll(/\\./gs, "x").replaceAll(/\[[^\]]*\]/g, "x");
  if (repeatsRepetition(bare))
    throw new TemplateFault(`the pattern "${pattern}" repeats a repetition, which may take without end`);
  const optional = [...bare.matchAll(/(?<![(*+?}])\?|\{\d+,\d+\}/g)].length;
  // One at the very end cannot fail any more.
  const endless = [...bare.replace(/(?:[*+]|\{\d+,\})\??$/, "").matchAll(/[*+]|\{\d+,\}/g)].length;
  const maximumLength = maximumLengths[endless];
  if (maximumLength === undefined || optional > maximumOptionalParts)
    throw new TemplateFault(`the pattern "${pattern}" has too many parts that repeat or may be missing`);
  try {
    return { regex: new RegExp(pattern, flags), maximumLength, power: endless + 1 };
  } catch {
    throw new TemplateFault(`"${pattern}" is no pattern`);
  }
}

/** Compiles a pattern for this text. Throws `TemplateFault` when the text is too long for it. */
export function patternFor(text: string, pattern: string, flags = ""): RegExp {
  const { regex, maximumLength } = compilePattern(pattern, flags);
  if (text.length <= maximumLength) return regex;
  throw new TemplateFault(`a text of ${text.length} characters is too long for the pattern "${pattern}"`);
}

/** What to search a text for a pattern may cost, in steps of a rendering. Throws `TemplateFault`. */
export function costOfPattern(text: string, pattern: string): number {
  const isPlain = asPlainText(pattern) !== undefined;
  return Math.ceil(text.length ** (isPlain ? 1 : compilePattern(pattern).power) / 1024);
}

/** In a replacement `\` makes the next character plain, and `$1` is a group. */
export function replacePattern(text: string, pattern: string, replacement: string, flags: "" | "g"): string {
  const plain = asPlainText(pattern);
  if (plain !== undefined && plain !== "") {
    const by = expandReplacement(replacement, [plain]);
    return flags === "g" ? text.replaceAll(plain, () => by) : text.replace(plain, () => by);
  }
  return text.replace(patternFor(text, pattern, flags), (...found: unknown[]) => {
    // Behind the groups comes the position.
    const groups = found.slice(
      0,
      found.findIndex((one) => typeof one === "number"),
    );
    return expandReplacement(replacement, groups as (string | undefined)[]);
  });
}

function expandReplacement(replacement: string, groups: readonly (string | undefined)[]): string {
  return replacement.replaceAll(
    /\\(?<plain>.)|\$(?<group>\d)/gs,
    (_all, plain: string | undefined, group: string | undefined) => plain ?? groups[Number(group)] ?? "",
  );
}

/** The text that a pattern without any operators stands for. */
function asPlainText(pattern: string): string | undefined {
  return /^(?:\\[^\w]|[^\\^$.|?*+()[\]{}])*$/.test(pattern) ? pattern.replaceAll(/\\(.)/g, "$1") : undefined;
}

/** Whether a group that holds a repetition or an alternative is repeated itself. */
function repeatsRepetition(bare: string): boolean {
  const groups: boolean[] = [];
  for (const [token] of bare.matchAll(/\(\??|\)(?:[*+?]|\{\d+,?\d*\})?|[*+?|]|\{\d+,\d*\}/g)) {
    if (token.startsWith("(")) groups.push(false);
    else if (token.startsWith(")")) {
      const held = groups.pop() ?? false;
      if (held && token.length > 1 && token !== ")?") return true;
      if ((held || token.length > 1) && groups.length > 0) groups[groups.length - 1] = true;
    } else if (groups.length > 0) groups[groups.length - 1] = true;
  }
  return false;
}
