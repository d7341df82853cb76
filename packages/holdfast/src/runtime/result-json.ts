import { HoldfastError } from "../base/errors.ts";

/**
 * What a handler returned, as JSON; undefined when it returned nothing.
 * Throws `HANDLER_RESULT_INVALID` for what would not arrive as it was sent: functions and symbols, which JSON drops
 * without a word, BigInts, and whatever refers to itself.
 */
export function resultToJson(result: unknown): string | undefined {
  if (result === undefined) return undefined;
  try {
    return JSON.stringify(result, holdsAnythingUnusual(result) ? refuseUnusual : undefined);
  } catch (thrown) {
    if (thrown instanceof HoldfastError && thrown.code === "HANDLER_RESULT_INVALID") throw thrown;
    const reason = thrown instanceof Error ? thrown.message.split("\n", 1).join("") : String(thrown);
    throw new HoldfastError("HANDLER_RESULT_INVALID", `What the handler returned is not JSON: ${reason}`, {
      cause: thrown,
    });
  }
}

/** False for text and flat objects of plain values, by far the most: a replacer makes stringify several times slower. */
function holdsAnythingUnusual(result: unknown): boolean {
  if (typeof result !== "object" || result === null) return isUnusual(result);
  return Object.values(result).some(
    (value) => (typeof value === "object" && value !== null) || isUnusual(value),
  );
}

function isUnusual(value: unknown): boolean {
  return typeof value === "function" || typeof value === "symbol" || typeof value === "bigint";
}

function refuseUnusual(key: string, value: unknown): unknown {
  if (!isUnusual(value)) return value;
  const place = key === "" ? "What the handler returned" : `"${key}" in what the handler returned`;
  throw new HoldfastError("HANDLER_RESULT_INVALID", `${place} is a ${typeof value}, which JSON cannot hold`);
}
