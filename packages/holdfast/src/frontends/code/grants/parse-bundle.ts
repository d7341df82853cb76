import { parse, type Program } from "acorn";
import { leaveOutHoldfast } from "./user-code.ts";

/** What is analysed of a bundle. */
export interface ParsedBundle {
  readonly code: string;
  readonly program: Program;
}

/** Undefined when it cannot be parsed, as it may use newer syntax than this parser knows. */
export function parseBundle(code: string, isHoldfast: (module: string) => boolean): ParsedBundle | undefined {
  // Should something have looked like the beginning of a module, the whole of the bundle is analysed.
  for (const text of [leaveOutHoldfast(code, isHoldfast), code]) {
    try {
      return { code: text, program: parse(text, { ecmaVersion: "latest", sourceType: "module" }) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}
