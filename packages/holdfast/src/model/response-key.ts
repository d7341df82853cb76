import { HoldfastError, toError } from "../base/errors.ts";
import { compilePattern, type BoundedPattern } from "./templates/template-patterns.ts";

/**
 * The pattern of an integration response's key; undefined for `$default`. `/regex/` must match the whole, as Java's
 * patterns do. Throws `HoldfastError` `EXPRESSION_INVALID`.
 */
export function parseResponseKey(key: string): BoundedPattern | undefined {
  if (key === "$default") return undefined;
  const pattern = /^\/(?<pattern>.+)\/$/s.exec(key)?.groups?.pattern;
  if (pattern === undefined) throw invalid(key, "write $default, or a pattern between slashes");
  try {
    return compilePattern(`^(?:${pattern})$`, "s");
  } catch (error) {
    throw invalid(key, toError(error).message);
  }
}

function invalid(key: string, why: string): HoldfastError {
  return new HoldfastError(
    "EXPRESSION_INVALID",
    `The integration response "${key.slice(0, 200)}" cannot be used: ${why}`,
    {
      hint: "Write $default, or a pattern such as /4\\d\\d/.",
    },
  );
}
