import { HoldfastError, toErrorRecord } from "../../base/errors.ts";
import type { InvocationResult } from "../../ports/invoker.ts";

/** An integration that came to nothing: the client hears "Internal server error", the log why. */
export function failed(message: string, cause?: unknown): InvocationResult {
  return {
    outcome: "failed",
    error: toErrorRecord(new HoldfastError("INTEGRATION_FAILED", message, { cause })),
  };
}
