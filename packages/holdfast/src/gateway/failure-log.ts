import type { ErrorRecord } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { InvocationEvent } from "../model/gateway-event.ts";
import { traceFields } from "../model/trace-context.ts";
import { nameOfCall, type FunctionCall } from "./function-call.ts";
import type { IntegrationResult } from "./invocation-runner.ts";

/** The results that are no answer. */
export type Failure = Exclude<IntegrationResult, { readonly outcome: "returned" }>;

type NamedCall = Pick<FunctionCall, "kind" | "function">;

/** The client hears "Internal server error" at most, as on AWS; why, stands in the log. */
export function logFailure(log: Log, call: NamedCall, event: InvocationEvent, failure: Failure): void {
  const { code, message } = failure.error;
  if (code === "BODY_INVALID") {
    // The client's fault, and so neither the function's nor an error.
    log("warn", "gateway.bad-request-body", { message, code, ...describeEvent(call, event) });
    return;
  }
  const what = {
    failed: `${nameOfCall(call)} failed in ${event.routeKey}: ${message}`,
    "timed-out": `${nameOfCall(call)} took too long in ${event.routeKey}: ${message}`,
    "no-answer": `${nameOfCall(call)} kept ${event.routeKey} waiting too long: ${message}`,
    missing:
      code === "INVOKE_NOT_PERMITTED"
        ? `${nameOfCall(call)} was not invoked for ${event.routeKey}: ${message}`
        : `${nameOfCall(call)} of ${event.routeKey} does not exist: ${message}`,
  }[failure.outcome];
  log("error", `gateway.function-${failure.outcome}`, {
    message: what,
    ...(code !== undefined && { code }),
    ...describeEvent(call, event),
    error: failure.error satisfies ErrorRecord,
  });
}

/** The function did not want the connection: no fault, but the client sees no more than the status. */
export function logRefusal(log: Log, call: NamedCall, event: InvocationEvent, status: number): void {
  log("info", "gateway.connection-refused", {
    message: `${nameOfCall(call)} refused a connection: its ${event.routeKey} answered with status ${status}`,
    hint: "A connect handler that returns nothing, or a 2xx status, accepts.",
    status,
    ...describeEvent(call, event),
  });
}

/** The function ran to its end, but what it returned cannot be used. */
export function logMalformedAnswer(log: Log, call: NamedCall, event: InvocationEvent, reason: string): void {
  log("error", "gateway.answer-malformed", {
    message: `${nameOfCall(call)} gave an answer in ${event.routeKey} that cannot be used: ${reason}`,
    ...describeEvent(call, event),
  });
}

function describeEvent(call: NamedCall, event: InvocationEvent): Record<string, unknown> {
  return {
    [call.kind]: call.function,
    routeKey: event.routeKey,
    requestId: event.requestId,
    ...traceFields(event.trace),
    ...("connection" in event && {
      api: event.connection.apiName,
      connectionId: event.connection.connectionId,
    }),
  };
}
