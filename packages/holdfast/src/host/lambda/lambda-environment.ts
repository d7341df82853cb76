import { randomBytes } from "node:crypto";
import type { FunctionModel } from "../../model/app-model.ts";
import { withoutCredentials } from "../../model/aws-credential-variables.ts";
import type { FunctionPlace } from "./function-place.ts";
import type { LambdaPlan } from "./lambda-plan.ts";

/**
 * What a function finds in its environment, but for what its runtime adds: the host's, over it the deployment's, over
 * it Lambda's (documented), over it the function's own.
 */
export function lambdaEnvironment(
  plan: LambdaPlan,
  hostEnvironment: Readonly<Record<string, string | undefined>>,
  { place, nowMs }: { readonly place: FunctionPlace; readonly nowMs: number },
): Record<string, string> {
  const [fn] = plan.functions;
  return {
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    ...withoutUndefined(hasOwnKeys(fn) ? withoutCredentials(hostEnvironment) : hostEnvironment),
    ...plan.environment,
    ...lambdaVariables(fn, plan.memoryMb, nowMs),
    ...fn.environment,
  };
}

/** Then no profile and no token of the surroundings may come before them. */
function hasOwnKeys({ environment }: FunctionModel): boolean {
  return environment.AWS_ACCESS_KEY_ID !== undefined;
}

function lambdaVariables(
  fn: FunctionModel,
  memoryMb: number | undefined,
  nowMs: number,
): Record<string, string> {
  const { code, name, runtime } = fn;
  return {
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(nowMs),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    // Custom runtimes have none (Lambda, documented).
    ...(!runtime.startsWith("provided") && { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` }),
    ...(code.kind === "handler" && { LAMBDA_TASK_ROOT: code.dir, _HANDLER: code.handler }),
  };
}

/** `2026/11/21/[$LATEST]{32 hex}`: one for each process. */
function logStreamName(nowMs: number): string {
  const date = new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "/");
  return `${date}/[$LATEST]${randomBytes(16).toString("hex")}`;
}

function withoutUndefined(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
