import {
  readProxyResponse,
  type ConnectEvent,
  type DisconnectEvent,
  type MessageEvent,
} from "../model/gateway-event.ts";
import type { Exchange, ExchangeFailure } from "../ports/gateway-observer.ts";
import type { ConnectVerdict } from "./connect-verdict.ts";
import type { IntegrationResult } from "./invocation-runner.ts";

/** What observers are told of a handshake whose `$connect` ran. */
export function connectExchange(
  event: ConnectEvent,
  result: IntegrationResult,
  verdict: ConnectVerdict,
  nowMs: number,
): Exchange {
  const { requestTimeMs, authorizerLatencyMs } = event;
  const ran = {
    ...handshakeExchange(event),
    // The authorizer was asked first.
    integrationLatencyMs: nowMs - requestTimeMs - (authorizerLatencyMs ?? 0),
    ...(authorizerLatencyMs !== undefined && { authorizerLatencyMs }),
  };
  switch (verdict.kind) {
    case "accept":
      return ran;
    case "refuse":
      return { ...ran, status: verdict.status, failure: { fault: faultOf(verdict.status) } };
    case "fail":
      return {
        ...ran,
        status: verdict.status,
        failure: { ...failureOf(result), message: verdict.message },
      };
  }
}

/** Of a handshake for which nothing ran. That an accepted one counts as 200 is chosen; the client sees 101. */
export function handshakeExchange(
  event: Pick<ConnectEvent, "connection" | "requestId" | "requestTimeMs">,
): Exchange {
  const { connection, requestId, requestTimeMs } = event;
  return { eventType: "CONNECT", connection, routeKey: "$connect", requestId, requestTimeMs, status: 200 };
}

/**
 * What observers are told of a message. `told` is what the gateway itself said to the client, which makes of an answer
 * that cannot be used a failure too.
 */
export function messageExchange(
  event: MessageEvent,
  result: IntegrationResult,
  told: string | undefined,
  nowMs: number,
): Exchange {
  const { connection, routeKey, requestId, requestTimeMs, messageId } = event;
  const outcome = told === undefined ? answered(result) : failed(result, told);
  const facts = { connection, routeKey, requestId, requestTimeMs, messageId };
  return { eventType: "MESSAGE", ...facts, ...outcome, integrationLatencyMs: nowMs - requestTimeMs };
}

export function disconnectExchange(
  event: DisconnectEvent,
  result: IntegrationResult,
  nowMs: number,
): Exchange {
  const { connection, routeKey, requestId, requestTimeMs } = event;
  const outcome = result.outcome === "returned" ? answered(result) : failed(result, undefined);
  const facts = { connection, routeKey, requestId, requestTimeMs };
  return { eventType: "DISCONNECT", ...facts, ...outcome, integrationLatencyMs: nowMs - requestTimeMs };
}

/** The integration's own status counts, where it gave one. */
function answered(result: IntegrationResult): Pick<Exchange, "status" | "failure"> {
  const response = result.outcome === "returned" ? readProxyResponse(result.payload) : undefined;
  const status = response?.statusCode ?? 200;
  return status < 400 ? { status } : { status, failure: { fault: faultOf(status) } };
}

function failed(result: IntegrationResult, told: string | undefined): Pick<Exchange, "status" | "failure"> {
  const failure = failureOf(result);
  return { status: statusOf(failure), failure: { ...failure, ...(told !== undefined && { message: told }) } };
}

/** A 5xx of a proxy counts as an execution error, not as the integration's (an emulator with captures). */
function faultOf(status: number): ExchangeFailure["fault"] {
  return status >= 500 ? "execution" : "integration";
}

/** Which of API Gateway's names a failure has is chosen, by their words. */
function failureOf(result: IntegrationResult): ExchangeFailure {
  switch (result.outcome) {
    case "no-answer":
      return { fault: "execution", responseType: "INTEGRATION_TIMEOUT" };
    case "missing":
      return { fault: "execution", responseType: "API_CONFIGURATION_ERROR" };
    case "failed":
      if (result.error.code === "BODY_INVALID")
        return { fault: "client", responseType: "BAD_REQUEST_BODY", validationError: result.error.message };
      return { fault: "execution", responseType: "INTEGRATION_FAILURE" };
    case "timed-out":
    case "returned":
      return { fault: "execution", responseType: "INTEGRATION_FAILURE" };
  }
}

function statusOf({ responseType }: ExchangeFailure): number {
  if (responseType === "BAD_REQUEST_BODY") return 400;
  return responseType === "INTEGRATION_TIMEOUT" ? 504 : 500;
}
