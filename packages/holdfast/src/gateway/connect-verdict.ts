import { readProxyResponse, type HeaderPair, type ProxyResponse } from "../model/gateway-event.ts";
import { toError } from "../base/errors.ts";
import type { CloseChoice } from "../ports/connections.ts";
import { checkCloseChoice } from "./close-choice.ts";
import { lastHeader } from "./header-pairs.ts";
import { isReserved } from "./handshake-headers.ts";
import type { IntegrationResult } from "./invocation-runner.ts";
import type { Refusal } from "./gateway.ts";
import { gatewayMessage, type GatewayMessage } from "./gateway-messages.ts";

/** What a connect handler's result means for the handshake. */
export type ConnectVerdict =
  | {
      readonly kind: "accept";
      readonly protocol?: string;
      readonly attributes?: Readonly<Record<string, unknown>>;
      /** Further headers of the 101. */
      readonly headers?: readonly HeaderPair[];
      /** Closed as soon as it is open. */
      readonly close?: Required<CloseChoice>;
    }
  /** The function's own refusal. */
  | { readonly kind: "refuse"; readonly status: number; readonly body: string | Buffer }
  /** It gave no answer, or none that can be used: `malformed` says how. */
  | {
      readonly kind: "fail";
      readonly status: number;
      readonly message: GatewayMessage;
      readonly malformed?: string;
    };

/**
 * 2xx accepts, any other status is the handshake's answer, with the function's body verbatim (API Gateway, captured).
 * A function's fault is 502, also when it overruns its own time; a missing function and a malformed answer are 500, no
 * answer in the gateway's time is 504 (of these only 502 is known of API Gateway).
 */
export function judgeConnect(result: IntegrationResult): ConnectVerdict {
  switch (result.outcome) {
    case "failed":
    case "timed-out":
      return { kind: "fail", status: 502, message: "Internal server error" };
    case "missing":
      return { kind: "fail", status: 500, message: "Internal server error" };
    case "no-answer":
      return { kind: "fail", status: 504, message: "Endpoint request timed out" };
    case "returned":
      return judgeAnswer(readProxyResponse(result.payload));
  }
}

function judgeAnswer(response: ProxyResponse | undefined): ConnectVerdict {
  if (response === undefined) return malformed("it is no object with a statusCode (and a body that is text)");
  const { statusCode, attributes } = response;
  if (statusCode < 200) return malformed(`status ${statusCode} cannot end a handshake`);
  if (statusCode > 299) return { kind: "refuse", status: statusCode, body: decodeBody(response) };
  const protocol = lastHeader(response.headers, "sec-websocket-protocol");
  if (protocol !== undefined && !isToken(protocol))
    return malformed("its Sec-WebSocket-Protocol names no single sub-protocol");
  const extensions = readExtensions(response);
  if (typeof extensions === "string") return malformed(extensions);
  return {
    kind: "accept",
    ...(protocol !== undefined && { protocol }),
    ...(attributes !== undefined && { attributes }),
    ...extensions,
  };
}

/** Holdfast's own ways to accept, or what is wrong with them. */
function readExtensions({
  handshakeHeaders: headers,
  close,
}: ProxyResponse):
  | string
  | { readonly headers?: readonly HeaderPair[]; readonly close?: Required<CloseChoice> } {
  const reserved = headers?.find(([name, value]) => isReserved(name, value));
  if (reserved !== undefined) return `its handshake header "${reserved[0]}" cannot be set`;
  try {
    return {
      ...(headers !== undefined && { headers }),
      ...(close !== undefined && { close: checkCloseChoice(close) }),
    };
  } catch (error) {
    return toError(error).message;
  }
}

function malformed(reason: string): ConnectVerdict {
  return { kind: "fail", status: 500, message: "Internal server error", malformed: reason };
}

function decodeBody({ body = "", isBase64Encoded }: ProxyResponse): string | Buffer {
  return isBase64Encoded ? Buffer.from(body, "base64") : body;
}

/** RFC 6455 allows only HTTP tokens as sub-protocols. */
function isToken(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}

/**
 * The response to a refused handshake. API Gateway's headers are these, and its content type is this one even where
 * the function says `application/json` alone (captured); whether other headers of the function reach the client there
 * is not known, so none do here.
 */
export function refuse(
  status: number,
  body: string | Buffer,
  requestId: string,
  headers: Refusal["headers"] = [],
): Refusal {
  return {
    kind: "refused",
    status,
    headers: [["content-type", "application/json; charset=UTF-8"], ["x-amz-apigw-id", requestId], ...headers],
    body,
  };
}

/** A refusal in the gateway's own words. */
export function refuseWith(
  status: number,
  message: GatewayMessage,
  connectionId: string,
  requestId: string,
): Refusal {
  return refuse(status, gatewayMessage(message, connectionId, requestId), requestId);
}
