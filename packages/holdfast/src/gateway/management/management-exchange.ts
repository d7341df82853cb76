import type { IncomingMessage } from "node:http";
import type { ErrorResponseType, Exchange, GatewayObserver } from "../../ports/gateway-observer.ts";
import { clientOf } from "../clients/client.ts";
import type { AnswerIds, ManagementAnswer } from "./management-answer.ts";

/** The API that a connection is of, or, for one that nobody knows, the one that was asked. */
export interface ConnectionOwner {
  readonly apiId: string;
  readonly observer: GatewayObserver | undefined;
}

export interface AnsweredCall {
  readonly request: IncomingMessage;
  readonly apiId: string;
  readonly stage: string;
  readonly connectionId: string;
  readonly answer: Pick<ManagementAnswer, "status" | "errorType" | "body">;
  readonly ids: AnswerIds;
  readonly requestTimeMs: number;
}

/** What observers are told of a call. The event type and the route's form are those of an emulator with captures. */
export function managementExchange(call: AnsweredCall): Exchange {
  const { request, apiId, stage, connectionId, answer, ids, requestTimeMs } = call;
  const userAgent = request.headers["user-agent"];
  const responseType = responseTypes.get(answer.errorType ?? "");
  const message = readMessage(answer.body);
  return {
    eventType: "CONNECTION_API",
    connection: {
      apiId,
      stage,
      connectionId,
      sourceIp: clientOf(request).address,
      ...(userAgent !== undefined && { userAgent }),
    },
    routeKey: `${request.method} /@connections/{connectionId}`,
    requestId: ids.requestId,
    extendedRequestId: ids.extendedRequestId,
    requestTimeMs,
    status: answer.status,
    ...(answer.status >= 400 && {
      failure: {
        fault: "client",
        ...(message !== undefined && { message }),
        ...(responseType !== undefined && { responseType }),
      },
    }),
  };
}

const responseTypes: ReadonlyMap<string, ErrorResponseType> = new Map([
  ["AccessDeniedException", "ACCESS_DENIED"],
  ["MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"],
]);

/** Of the gateway's own bodies, which spell the name of their message in two ways. */
function readMessage(body: string): string | undefined {
  if (body === "") return undefined;
  const { message, Message } = JSON.parse(body) as { message?: string; Message?: string };
  return message ?? Message;
}
