import { compilePattern } from "../../model/templates/template-patterns.ts";

/** A schema's pattern, as the validator asks for it. */
export interface SchemaPattern {
  test(text: string): boolean;
  toString(): string;
}

/**
 * Compiles a pattern that clients' texts will meet: one that may take without end would let a single message stop the
 * gateway, so it is refused, and a text that is too long for a slow one does not fit. Throws when it is refused.
 */
export function createSchemaPattern(source: string): SchemaPattern {
  const { regex, maximumLength } = compilePattern(source, flagsFor(source), maximumSchemaPatternLength);
  return {
    test: (text) => text.length <= maximumLength && regex.test(text),
    // The validator tells patterns apart by this.
    toString: () => String(regex),
  };
}

/** What the validator would write in code that it made; ours never leaves this process. */
createSchemaPattern.code = "createSchemaPattern";

/** The author's own words, and so not bounded as tightly as what templates are given. */
const maximumSchemaPatternLength = 4096;

/** As Unicode where it can be read so; patterns for Java escape more than that allows. */
function flagsFor(source: string): "u" | "" {
  try {
    new RegExp(source, "u");
    return "u";
  } catch {
    return "";
  }
}
