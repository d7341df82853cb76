import { LambdaRuntimeError } from "./lambda-errors.ts";
import type { Invocation } from "./runtime-api.ts";

export type Handler = (event: unknown, context: LambdaContext, callback: Callback) => unknown;

export type Callback = (error?: unknown, result?: unknown) => void;

/** What a handler finds in `context`, under Lambda's names. */
export interface LambdaContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly invokedFunctionArn: string;
  /** Text, as on Lambda. */
  readonly memoryLimitInMB: string | undefined;
  readonly awsRequestId: string;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  readonly clientContext: unknown;
  readonly identity: unknown;
  getRemainingTimeInMillis(): number;
  done(error?: unknown, result?: unknown): void;
  succeed(result?: unknown): void;
  fail(error?: unknown): void;
}

export type Outcome =
  | { readonly kind: "success"; readonly body: string }
  | { readonly kind: "failure"; readonly error: unknown };

type Environment = Readonly<Record<string, string | undefined>>;

/** From this major version on Node.js functions must be async or return promises (documented). */
const firstWithoutCallbacks = 24;

/**
 * Runs a handler of any style to its end: a promise, the callback, `context.done`, `succeed` or `fail`, or nothing more
 * to wait for. That is a failure of an async function and else a success with null; what a handler returns that is no
 * promise is ignored before nodejs24.x (its runtime's published source).
 * `nodeVersion` is the major one of the function's runtime. Never rejects.
 */
export function runHandler(
  handler: Handler,
  invocation: Invocation,
  options: { readonly environment: Environment; readonly nodeVersion: number },
): Promise<Outcome> {
  return new Promise((settle) => {
    const resolve = (outcome: Outcome): void => {
      process.removeListener("beforeExit", onIdle);
      settle(outcome);
    };
    let atIdle: Outcome = isAsync(handler) ? unsettled() : { kind: "success", body: "null" };
    const onIdle = (): void => resolve(atIdle);
    process.once("beforeExit", onIdle);

    const succeed = (result?: unknown): void => resolve(toOutcome(result));
    const fail = (error: unknown): void => resolve({ kind: "failure", error });
    const done: Callback = (error, result) => (isError(error) ? fail(error) : succeed(result));
    const context = makeContext(invocation, options.environment, { succeed, fail, done });
    let called = false;
    const callback: Callback = (error, result) => {
      if (called) return;
      called = true;
      if (isError(error)) fail(error);
      else if (context.callbackWaitsForEmptyEventLoop) atIdle = toOutcome(result);
      else succeed(result);
    };

    try {
      const returned = handler(JSON.parse(invocation.body), context, callback);
      if (isPromise(returned)) returned.then(succeed, fail);
      else if (options.nodeVersion >= firstWithoutCallbacks) succeed(returned);
    } catch (error) {
      fail(error);
    }
  });
}

/** Throws where the function's runtime has no callbacks, and the handler takes one. */
export function refuseCallbacks(handler: Handler, nodeVersion: number): void {
  if (nodeVersion < firstWithoutCallbacks || handler.length < 3) return;
  throw new LambdaRuntimeError(
    "Runtime.CallbackHandlerDeprecated",
    `Lambda has no callbacks from nodejs${firstWithoutCallbacks}.x on: make the handler async, without a third parameter, or choose an older runtime.`,
  );
}

function isAsync(handler: Handler): boolean {
  return handler.constructor.name === "AsyncFunction";
}

function unsettled(): Outcome {
  const message = "The handler awaits a promise that nothing settles.";
  return { kind: "failure", error: new LambdaRuntimeError("Runtime.NodeJsExit", message) };
}

function isError(error: unknown): boolean {
  return error !== undefined && error !== null;
}

function toOutcome(result: unknown): Outcome {
  try {
    return { kind: "success", body: JSON.stringify(result) ?? "null" };
  } catch {
    return { kind: "failure", error: new Error("Unable to stringify response body") };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}

function makeContext(
  invocation: Invocation,
  environment: Environment,
  endings: Pick<LambdaContext, "succeed" | "fail" | "done">,
): LambdaContext {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(invocation.clientContext),
    identity: parse(invocation.identity),
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => invocation.deadlineMs - Date.now(),
    ...endings,
  };
}

function parse(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}
