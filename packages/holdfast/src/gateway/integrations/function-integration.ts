import type { ErrorRecord } from "../../base/errors.ts";
import type { FunctionIntegration } from "../../model/app-model.ts";
import type { TaskEvent } from "../../model/gateway-event.ts";
import { traceFields } from "../../model/trace-context.ts";
import type { InvocationResult } from "../../ports/invoker.ts";
import { headerValues } from "../header-pairs.ts";
import type { IntegrationExecutor, IntegrationSurroundings, RouteEvent } from "./integration.ts";
import { toIntegrationRequest } from "./integration-request.ts";
import { compileResponses, type BackendAnswer } from "./integration-responses.ts";
import { compileParameters } from "./parameter-mapping.ts";
import { compileRequestPayload } from "./request-payload.ts";
import { unsupportedMediaType } from "./unsupported-media-type.ts";

/**
 * A function that gets what the request template makes instead of a proxy event, and whose result is what the
 * integration responses make of it. With `X-Amz-Invocation-Type: 'Event'` among the parameters nobody waits for it.
 */
export function compileFunction(
  { function: name, mapping }: FunctionIntegration,
  { invoker, log }: IntegrationSurroundings,
): IntegrationExecutor {
  const toPayload = compileRequestPayload(mapping);
  const toParameters = compileParameters(mapping?.requestParameters ?? {});
  const toResponse = compileResponses(mapping);
  const hasResponses = (mapping?.responses.length ?? 0) > 0;
  return async (event) => {
    const request = toIntegrationRequest(event);
    const payload = toPayload(request);
    if (payload.kind === "unsupported") return unsupportedMediaType(event);
    const isAsynchronous = headerValues(toParameters(request).headers, "x-amz-invocation-type").includes(
      "Event",
    );
    const answering = invoker.invoke(name, toTask(event, payload.data.toString()));
    if (isAsynchronous) {
      answering.then(
        (result) => {
          if (result.outcome !== "returned")
            log("error", "gateway.event-failed", {
              message: `Function "${name}" failed, and nobody waited for it: ${result.error.message}`,
              function: name,
              requestId: event.requestId,
              ...traceFields(event.trace),
              error: result.error,
            });
        },
        () => {},
      );
      return toResponse(request, answerOf(202, ""));
    }
    const result = await answering;
    if (result.outcome === "returned")
      return toResponse(request, answerOf(200, JSON.stringify(result.payload ?? null)));
    // Where a response is chosen by the error's message, the error is an answer like others.
    if (result.outcome !== "failed" || !hasResponses) return result;
    const error = toLambdaError(result.error);
    const answer = toResponse(request, {
      ...answerOf(500, JSON.stringify(error)),
      selector: error.errorMessage,
    });
    return answer.outcome === "returned" ? answer : result;
  };
}

/** The function gets the payload itself. */
function toTask({ routeKey, requestId, requestTimeMs, trace }: RouteEvent, text: string): TaskEvent {
  const payload = parse(text);
  const task = { kind: "task", source: "call", routeKey, requestId, requestTimeMs, payload } as const;
  return trace === undefined ? task : { ...task, trace };
}

/** Lambda takes JSON only; text that is none reaches the function as text, and no text as an empty object. */
function parse(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function answerOf(status: number, body: string): BackendAnswer {
  return { status, headers: [], body: Buffer.from(body), selector: "" };
}

/** As Lambda reports what a function threw. */
function toLambdaError({ message, name, stack }: ErrorRecord) {
  return { errorMessage: message, errorType: name, trace: stack?.split("\n") ?? [] };
}

/** A plain function proxy behind a check that the gateway does. */
export function runFunction(
  { function: name }: FunctionIntegration,
  { invoker }: IntegrationSurroundings,
): IntegrationExecutor {
  return (event): Promise<InvocationResult> => invoker.invoke(name, event);
}
