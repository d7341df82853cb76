import type { InvocationResult } from "../../ports/invoker.ts";
import { gatewayText } from "../gateway-messages.ts";
import { failed } from "./failed.ts";
import type { RouteEvent } from "./integration.ts";

/**
 * No template is for this request, and none passes without one: 415 where there is a handshake to answer
 * (by the service model). What a client hears that sent such a message is not known; here it is "Internal server error".
 */
export function unsupportedMediaType({ kind, requestId, connection }: RouteEvent): InvocationResult {
  if (kind !== "connect")
    return failed("No request template is for this message (415 Unsupported Media Type)");
  const body = gatewayText("Unsupported Media Type", connection.connectionId, requestId);
  return { outcome: "returned", payload: { statusCode: 415, body } };
}
