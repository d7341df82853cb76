import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Bundle } from "../../ports/bundle.ts";
import { parseBundle, type ParsedBundle } from "./grants/parse-bundle.ts";
import { isHoldfast } from "./places.ts";

/** A bundle's text, parsed. */
export interface BundleCode {
  readonly bundle: Bundle;
  /** Undefined when it cannot be parsed. */
  readonly parsed: ParsedBundle | undefined;
  /** Whether a line, counted from 1, is Holdfast's own. */
  readonly isHoldfastLine: (line: number) => boolean;
}

export async function readBundleCode(bundle: Bundle): Promise<BundleCode> {
  const code = await readFile(bundle.file, "utf8");
  const isHoldfastModule = (module: string): boolean => isHoldfast(path.resolve(bundle.appDir, module));
  return {
    bundle,
    parsed: parseBundle(code, isHoldfastModule),
    isHoldfastLine: createLineCheck(code, isHoldfastModule),
  };
}

/** esbuild writes a module's path on a line of its own before the module's code. */
function createLineCheck(
  code: string,
  isHoldfastModule: (module: string) => boolean,
): (line: number) => boolean {
  const ofLine: boolean[] = [true];
  let current = true;
  for (const text of code.split("\n")) {
    if (text.startsWith("// ")) current = isHoldfastModule(text.slice(3));
    ofLine.push(current);
  }
  return (line) => ofLine[line] ?? true;
}
