import { defaultAccessLogFormatBytes } from "./access-log-format.ts";
import type { WebSocketLimits } from "./app-model.ts";

/** API Gateway's quotas for WebSocket APIs. */
export const defaultLimits: WebSocketLimits = {
  messageBytes: 131_072,
  frameBytes: 32_768,
  idleTimeoutMs: 10 * 60 * 1000,
  connectionDurationMs: 2 * 60 * 60 * 1000,
  integrationTimeoutMs: 29_000,
  urlBytes: 4096,
  routes: 300,
  authorizers: 10,
  templateBytes: 307_200,
  accessLogFormatBytes: defaultAccessLogFormatBytes,
};

export const defaultRouteSelectionExpression = "$request.body.action";

/** A function of a code-first app may use all the time that the gateway waits for it: for HTTP it waits the longest. */
export const defaultFunctionTimeoutMs = 30_000;
/** Lambda's longest. */
export const maximumFunctionTimeoutMs = 15 * 60 * 1000;

export const defaultRuntime = "nodejs24.x";
export const defaultPort = 3333;
export const defaultStage = "dev";

/** Nobody's account, and the region of whoever says none: where on AWS an app believes to be. */
export const defaultAccountId = "000000000000";
export const defaultRegion = "us-east-1";
export const defaultAwsPlace = { region: defaultRegion, accountId: defaultAccountId } as const;
