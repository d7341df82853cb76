import type { ErrorRecord } from "../../base/errors.ts";
import type { InvocationResult } from "../../ports/invoker.ts";

type Failure = Exclude<InvocationResult, { readonly outcome: "returned" }>;

/** What a caller of Lambda's `Invoke` finds in the payload when a function has failed. */
export function functionError(
  result: Failure,
  runtime: string,
  timeoutMs: number,
  requestId: string,
): object {
  const { outcome, error } = result;
  if (outcome === "timed-out")
    return {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
    };
  const { name: errorType, message: errorMessage } = error;
  // Lambda says no more of how a process ended than its code or signal; the reason is kept.
  if (endings.has(error.code))
    return { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${errorMessage}` };
  if (errorType === "Function.ResponseSizeTooLarge") return { errorType, errorMessage };
  // Names of runtimes: each has its own form (documented for Node.js and Python).
  return runtime.startsWith("python")
    ? { errorMessage, errorType, requestId, stackTrace: traceOf(error) }
    : { errorType, errorMessage, trace: traceOf(error) };
}

/** Of the function's process, whose end Lambda reports itself. */
const endings: ReadonlySet<string | undefined> = new Set(["FUNCTION_CRASHED", "FUNCTION_OUT_OF_MEMORY"]);

function traceOf({ stack }: ErrorRecord): readonly string[] {
  return stack === undefined ? [] : stack.split("\n");
}
