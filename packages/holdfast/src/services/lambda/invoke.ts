import { HoldfastError } from "../../base/errors.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import type { RestAnswer, RestOperation, RestRequest } from "../rest-json.ts";
import { lambdaError, type FindFunction } from "./function-address.ts";
import { functionError } from "./function-error.ts";

/** 6 MiB, of a request and of an answer (documented). */
const maximumBytes = 6_291_456;
/** What AWS took until 2025, and what the topics take that carry it here; since then AWS takes 1 MiB. */
const maximumEventBytes = 262_144;
/** How often Lambda tries an event again (documented). */
const eventRetries = 2;

/** `POST …/invocations`: waits for the function, has it run soon, or only looks whether it could. */
export function createInvoke(find: FindFunction, calls: FunctionCalls): RestOperation {
  return {
    method: "POST",
    path: "/2015-03-31/functions/{FunctionName}/invocations",
    async run(request, context) {
      const { model } = find(request, context);
      const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
      if (type === "DryRun") return { status: 204, body: "" };
      if (type === "Event") {
        await send(calls, model.name, request);
        return { status: 202, body: "" };
      }
      if (type !== "RequestResponse")
        throw lambdaError("InvalidParameterValueException", `${type} is not a valid invocation type.`);
      const input = readInput(request, type, maximumBytes);
      const result = await calls.invoke(model.name, input, context.requestId);
      if (result.outcome === "failed" && result.error.code === "FUNCTION_OVERLOADED") throw throttled();
      return result.outcome === "returned"
        ? returned(result.payload)
        : failed(functionError(result, model.runtime, model.timeoutMs, context.requestId));
    },
  };
}

/** The older form of an event, which AWS still has. */
export function createInvokeAsync(find: FindFunction, calls: FunctionCalls): RestOperation {
  return {
    method: "POST",
    path: "/2014-11-13/functions/{FunctionName}/invoke-async",
    async run(request, context) {
      await send(calls, find(request, context).model.name, request);
      return { status: 202, body: { Status: 202 } };
    },
  };
}

function returned(payload: unknown): RestAnswer {
  const body = JSON.stringify(payload ?? null);
  if (Buffer.byteLength(body) <= maximumBytes) return { headers: executed, body };
  return failed({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maximumBytes} bytes).`,
  });
}

/** In Lambda's words (documented); SDKs try again after it. */
function throttled(): Error {
  return lambdaError("TooManyRequestsException", "Rate Exceeded.", 429);
}

/** A function's own fault is an answer like any other, with a header. */
function failed(error: object): RestAnswer {
  return { headers: { ...executed, "x-amz-function-error": "Unhandled" }, body: error };
}

const executed = { "x-amz-executed-version": "$LATEST" };

async function send(calls: FunctionCalls, name: string, request: RestRequest): Promise<void> {
  const input = readInput(request, "Event", maximumEventBytes);
  try {
    await calls.send(name, input, eventRetries);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code === "TOPIC_REQUEST_INVALID") throw tooLarge(request, "Event", maximumEventBytes);
    // SDKs try again after this one.
    if (error.code === "TOPIC_OVERLOADED") throw lambdaError("TooManyRequestsException", error.message, 429);
    throw error;
  }
}

function readInput(request: RestRequest, type: string, limitBytes: number): unknown {
  const { body } = request;
  if (body.byteLength > limitBytes) throw tooLarge(request, type, limitBytes);
  // Lambda gives functions that are invoked with nothing an empty object.
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(decoder.decode(body)) as unknown;
  } catch (error) {
    throw lambdaError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function tooLarge({ body }: RestRequest, type: string, limitBytes: number): Error {
  return lambdaError(
    "RequestTooLargeException",
    `${body.byteLength} byte payload is too large for the ${type} invocation type (limit ${limitBytes} bytes)`,
    413,
  );
}
