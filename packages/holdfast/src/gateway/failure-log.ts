import type { ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import type { IntegrationResult } from "./invocation-runner.ts";

/** The results that are no answer. */
export type Failure = Exclude<IntegrationResult, { readonly outcome: "returned" }>;

/** The client hears "Internal server error" at most, as on AWS; why, stands in the log. */
export function logFailure(log: Log, functionName: string, event: InvocationEvent, failure: Failure): void {
  const { code, message } = failure.error;
  if (code === "BODY_INVALID") {
    // The client's fault, and so neither the function's nor an error.
    log("warn", "gateway.bad-request-body", { message, code, ...describeEvent(functionName, event) });
    return;
  }
  const what = {
    failed: `Function "${functionName}" failed in ${event.routeKey}: ${message}`,
    "timed-out": `Function "${functionName}" took too long in ${event.routeKey}: ${message}`,
    "no-answer": `Function "${functionName}" kept ${event.routeKey} waiting too long: ${message}`,
    missing: `Function "${functionName}" of ${event.routeKey} does not exist: ${message}`,
  }[failure.outcome];
  log("error", `gateway.function-${failure.outcome}`, {
    message: what,
    ...(code !== undefined && { code }),
    ...describeEvent(functionName, event),
    error: failure.error satisfies ErrorRecord,
  });
}

/** The function did not want the connection: no fault, but the client sees no more than the status. */
export function logRefusal(log: Log, functionName: string, event: InvocationEvent, status: number): void {
  log("info", "gateway.connection-refused", {
    message: `Function "${functionName}" refused a connection: its ${event.routeKey} answered with status ${status}`,
    hint: "A connect handler that returns nothing, or a 2xx status, accepts.",
    status,
    ...describeEvent(functionName, event),
  });
}

/** The function ran to its end, but what it returned cannot be used. */
export function logMalformedAnswer(
  log: Log,
  functionName: string,
  event: InvocationEvent,
  reason: string,
): void {
  log("error", "gateway.answer-malformed", {
    message: `Function "${functionName}" gave an answer in ${event.routeKey} that cannot be used: ${reason}`,
    ...describeEvent(functionName, event),
  });
}

function describeEvent(functionName: string, event: InvocationEvent): Record<string, unknown> {
  return {
    function: functionName,
    routeKey: event.routeKey,
    requestId: event.requestId,
    ...("connection" in event && {
      api: event.connection.apiName,
      connectionId: event.connection.connectionId,
    }),
  };
}
