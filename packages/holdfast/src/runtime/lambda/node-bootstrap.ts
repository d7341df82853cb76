import { mapAwsNames } from "../aws-names.ts";
import { writeFully } from "../write-fully.ts";
import { patchConsole } from "./lambda-console.ts";
import { LambdaRuntimeError, toLoggedError } from "./lambda-errors.ts";
import { loadHandler } from "./load-handler.ts";
import { registerFallbacks } from "./package-fallbacks.ts";
import { refuseCallbacks, runHandler, type Handler } from "./run-handler.ts";
import { RuntimeApi } from "./runtime-api.ts";

/*
 * The program of a Node.js function as Lambda runs it, for functions of templates: loads the handler that the
 * environment names and gives it one invocation after another. The environment is Lambda's, and of Holdfast's own:
 *
 * - `HOLDFAST_LAMBDA_IMAGE`: where the packages are that Lambda's image brings along (the host says it).
 * - `HOLDFAST_GATEWAY` and others: where AWS's names lead (`aws-names.ts`).
 */

const standardOutput = 1;

/** As Lambda's runtime ends after a rejection that nobody handled, and after an error that nobody caught (its published source). */
const exitCodes = { unhandledRejection: 128, uncaughtException: 129, failedInit: 1 };

/** The version of nodejs20.x, and of whatever says nothing. */
const defaultNodeVersion = 20;

async function runFunction(): Promise<void> {
  const { env } = process;
  const api = new RuntimeApi(env.AWS_LAMBDA_RUNTIME_API ?? "");
  const nodeVersion = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? "")?.[1] ?? defaultNodeVersion);
  let requestId: string | undefined;

  mapAwsNames(env);
  registerFallbacks({ nodeVersion, imageFile: env.HOLDFAST_LAMBDA_IMAGE, nodePath: env.NODE_PATH });
  refuseStreaming();
  patchConsole({
    environment: env,
    requestId: () => requestId,
    write: (text) => writeFully(standardOutput, Buffer.from(text)),
  });

  const endWith = (error: unknown, what: string, exitCode: number): void => {
    logError(what, error);
    const report = requestId === undefined ? api.failInit(error) : api.fail(requestId, error);
    const end = (): never => process.exit(exitCode);
    report.then(end, end);
  };
  endOnFaults(endWith);

  const handler = await loadOrEnd(env, nodeVersion, endWith);
  for (;;) {
    const invocation = await api.next();
    requestId = invocation.requestId;
    setTraceId(invocation.traceId);
    const outcome = await runHandler(handler, invocation, { environment: env, nodeVersion });
    if (outcome.kind === "success") await api.respond(requestId, outcome.body);
    else {
      logError("Invoke Error", outcome.error);
      await api.fail(requestId, outcome.error);
    }
  }
}

type End = (error: unknown, what: string, exitCode: number) => void;

async function loadOrEnd(env: NodeJS.ProcessEnv, nodeVersion: number, endWith: End): Promise<Handler> {
  // Waiting for what never comes leaves nothing to run, and Node would end without a word.
  const onIdle = (): void =>
    endWith(
      new LambdaRuntimeError("Runtime.NodeJsExit", "The code awaits a promise that nothing settles."),
      "Uncaught Exception",
      exitCodes.failedInit,
    );
  process.once("beforeExit", onIdle);
  try {
    const handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? process.cwd(), env._HANDLER ?? "");
    refuseCallbacks(handler, nodeVersion);
    process.removeListener("beforeExit", onIdle);
    return handler;
  } catch (error) {
    process.removeListener("beforeExit", onIdle);
    endWith(error, "Uncaught Exception", exitCodes.failedInit);
    return await new Promise<never>(() => {});
  }
}

/** The invocation under way fails, and the process ends; the host starts another. */
function endOnFaults(endWith: End): void {
  process.on("uncaughtException", (error) =>
    endWith(error, "Uncaught Exception", exitCodes.uncaughtException),
  );
  process.on("unhandledRejection", (reason) => {
    const error = new LambdaRuntimeError("Runtime.UnhandledPromiseRejection", describe(reason), {
      reason,
      ...(reason instanceof Error && { stack: String(reason.stack) }),
    });
    endWith(error, "Unhandled Promise Rejection", exitCodes.unhandledRejection);
  });
}

function describe(reason: unknown): string {
  try {
    return String(reason);
  } catch {
    return "Something that cannot be described";
  }
}

// The tab before the error is Lambda's (its published source).
function logError(what: string, error: unknown): void {
  // oxlint-disable-next-line no-console -- It is the console that writes Lambda's log lines here.
  console.error(what, `\t${toLoggedError(error)}`);
}

function setTraceId(traceId: string | undefined): void {
  if (traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceId;
}

/** Lambda's global is there, so that whoever uses it hears what is the matter. */
function refuseStreaming(): void {
  const refuse = (): never => {
    throw new Error(
      "Holdfast does not stream responses of functions: awslambda.streamifyResponse cannot be used.",
    );
  };
  Object.assign(globalThis, {
    awslambda: { streamifyResponse: refuse, HttpResponseStream: { from: refuse } },
  });
}

// What fails here is the way to the host: it is gone, and so is the reason to be here.
runFunction().catch(() => process.exit());
