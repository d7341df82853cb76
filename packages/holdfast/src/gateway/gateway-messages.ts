/**
 * What the gateway itself says to a client: frames after the handshake, response bodies before. The bytes are
 * API Gateway's (captured): one space after `"message":` and each comma, none after the other colons.
 */
export function gatewayMessage(message: GatewayMessage, connectionId: string, requestId: string): string {
  return gatewayText(message, connectionId, requestId);
}

/** The same for a message of any words. */
export function gatewayText(message: string, connectionId: string, requestId: string): string {
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

export type GatewayMessage =
  | "Bad request body"
  | "Forbidden"
  | "Internal server error"
  | "Endpoint request timed out"
  | "Service Unavailable"
  | "Too Many Requests"
  | "URI Too Long";
