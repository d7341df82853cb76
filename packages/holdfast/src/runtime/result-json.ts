import { toJson } from "./json-data.ts";

/**
 * What a handler returned, as JSON; undefined when it returned nothing.
 * Throws `HANDLER_RESULT_INVALID` for what would not arrive as it was sent.
 */
export function resultToJson(result: unknown): string | undefined {
  if (result === undefined) return undefined;
  return toJson(result, { what: "what the handler returned", code: "HANDLER_RESULT_INVALID" });
}
