import { HoldfastError, toErrorRecord } from "../../base/errors.ts";
import type { InvocationResult } from "../../ports/invoker.ts";

/** An integration that came to nothing: the client hears "Internal server error", the log why. */
export function failed(message: string, cause?: unknown): InvocationResult {
  return failedBy(new HoldfastError("INTEGRATION_FAILED", message, { cause }));
}

/** The same of what was thrown. None of the app's code ran here: the stack says something only where the fault is ours. */
export function failedBy(error: unknown): InvocationResult {
  const { stack, ...record } = toErrorRecord(error);
  const isOurs = !(error instanceof HoldfastError) || error.fault === "system";
  return { outcome: "failed", error: isOurs && stack !== undefined ? { ...record, stack } : record };
}
