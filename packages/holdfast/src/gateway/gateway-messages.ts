/**
 * What the gateway itself says to a client: frames after the handshake, response bodies before. The bytes are
 * API Gateway's (captured): one space after `"message":` and each comma, none after the other colons.
 */
export function gatewayMessage(message: GatewayMessage, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

export type GatewayMessage =
  | "Bad request body"
  | "Forbidden"
  | "Internal server error"
  | "Endpoint request timed out"
  | "Service Unavailable";
