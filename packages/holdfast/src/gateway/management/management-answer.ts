import type { ServerResponse } from "node:http";
import type { ConnectionDescription } from "../../ports/connections.ts";

/** What a call is answered, as API Gateway words it. */
export interface ManagementAnswer {
  readonly status: number;
  /** The error's name, which SDKs make their exception of. */
  readonly errorType?: string;
  /** JSON, or nothing. */
  readonly body: string;
  /** Whether the answer says its trace: on 200, 204 and 410, not on 400 and 403 (captured). */
  readonly traced: boolean;
}

export const posted: ManagementAnswer = { status: 200, body: "", traced: true };
export const deleted: ManagementAnswer = { status: 204, body: "", traced: true };
export const gone: ManagementAnswer = { status: 410, errorType: "GoneException", body: "", traced: true };

/** `{"message": …}` under the error's name. */
export function refused(status: number, errorType: string, message: string): ManagementAnswer {
  return { status, errorType, body: JSON.stringify({ message }), traced: false };
}

/** Only a refused permission has its message under a capital letter (captured). */
export function accessDenied(message: string): ManagementAnswer {
  return {
    status: 403,
    errorType: "AccessDeniedException",
    body: JSON.stringify({ Message: message }),
    traced: false,
  };
}

/** Laid out as captured: two spaces, and one before each colon too. A client without a user agent has no such line. */
export function described(description: ConnectionDescription): ManagementAnswer {
  const { sourceIp, userAgent, connectedAt, lastActiveAt } = description;
  const identity = [
    `"sourceIp" : ${JSON.stringify(sourceIp)}`,
    ...(userAgent === undefined ? [] : [`"userAgent" : ${JSON.stringify(userAgent)}`]),
  ];
  const lines = [
    "{",
    '  "identity" : {',
    `    ${identity.join(",\n    ")}`,
    "  },",
    `  "connectedAt" : "${new Date(connectedAt).toISOString()}",`,
    `  "lastActiveAt" : "${new Date(lastActiveAt).toISOString()}"`,
    "}",
  ];
  return { status: 200, body: lines.join("\n"), traced: true };
}

/** The ids of one answer. */
export interface AnswerIds {
  /** A UUID. */
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
}

/** Headers in the order and case that were captured. */
export function writeAnswer(
  response: ServerResponse,
  { status, errorType, body, traced }: ManagementAnswer,
  ids: AnswerIds,
  nowMs: number,
): void {
  writeHead(response, status, [
    ["Date", new Date(nowMs).toUTCString()],
    ["Content-Type", "application/json"],
    ...(status === 204 ? [] : [["Content-Length", String(Buffer.byteLength(body))] as const]),
    ["Connection", connectionHeader(response)],
    ["x-amzn-RequestId", ids.requestId],
    ...(errorType === undefined ? [] : [["x-amzn-ErrorType", errorType] as const]),
    ["x-amz-apigw-id", ids.extendedRequestId],
    ...(traced ? [["X-Amzn-Trace-Id", ids.traceId] as const] : []),
  ]);
  response.end(body);
}

/** A body above the limit gets this and nothing more: no type, no error, no ids (captured). */
export function writeTooLarge(response: ServerResponse, nowMs: number): void {
  writeHead(response, 413, [
    ["Date", new Date(nowMs).toUTCString()],
    ["Content-Length", "0"],
    ["Connection", connectionHeader(response)],
  ]);
  response.end();
}

function connectionHeader(response: ServerResponse): string {
  return response.shouldKeepAlive ? "keep-alive" : "close";
}

function writeHead(
  response: ServerResponse,
  status: number,
  headers: readonly (readonly [name: string, value: string])[],
): void {
  response.sendDate = false;
  response.writeHead(status, headers.flat());
}
