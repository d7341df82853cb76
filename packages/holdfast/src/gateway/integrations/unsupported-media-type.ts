import type { InvocationResult } from "../../ports/invoker.ts";
import { failed } from "./failed.ts";
import type { RouteEvent } from "./integration.ts";

/**
 * No template is for this request, and none passes without one: 415 where there is a handshake to answer
 * (documented). What a client hears that sent such a message is not known; here it is "Internal server error".
 */
export function unsupportedMediaType({ kind, requestId, connection }: RouteEvent): InvocationResult {
  if (kind !== "connect")
    return failed("No request template is for this message (415 Unsupported Media Type)");
  const body = `{"message": "Unsupported Media Type", "connectionId":"${connection.connectionId}", "requestId":"${requestId}"}`;
  return { outcome: "returned", payload: { statusCode: 415, body } };
}
