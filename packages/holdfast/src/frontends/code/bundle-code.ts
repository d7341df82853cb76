import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Bundle } from "../../ports/bundle.ts";
import { parseBundle, type ParsedBundle } from "./grants/parse-bundle.ts";
import { leaveOutHoldfast } from "./grants/user-code.ts";
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
  // What is Holdfast's is blank there, and no call of the app's stands on an empty line.
  const userLines = leaveOutHoldfast(code, isHoldfastModule).split("\n");
  return {
    bundle,
    parsed: parseBundle(code, isHoldfastModule),
    isHoldfastLine: (line) => (userLines[line - 1] ?? "") === "",
  };
}
