import type { LogLevel } from "../../base/log.ts";
import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import type { ErrorResponseType } from "../../ports/gateway-observer.ts";
import { refuse } from "../connect-verdict.ts";
import type { Refusal } from "../gateway.ts";
import { gatewayText } from "../gateway-messages.ts";

/** A client that is not let in: what it hears, and what the log says, which is more. */
export interface AccessRefusal {
  readonly answer: Refusal;
  /** What the client hears; absent where that is no message. */
  readonly message?: string;
  readonly cause: string;
  readonly hint: string;
  /** `error` where the app is at fault; `warn` unless said. */
  readonly level?: LogLevel;
  /** What access logs call it. */
  readonly responseType?: ErrorResponseType;
}

export interface RefusalReason extends Omit<AccessRefusal, "answer"> {
  readonly status: number;
  readonly message: string;
}

/** A refusal in the form that was captured of API Gateway's authorizers: message, connection id and request id. */
export function refuseAccess(
  { connection, requestId }: AuthorizeEvent,
  { status, ...reason }: RefusalReason,
): AccessRefusal {
  const body = gatewayText(reason.message, connection.connectionId, requestId);
  return { answer: refuse(status, body, requestId), ...reason };
}

/**
 * What repeats its `Authorization` header gets a 400 in HTML, without API Gateway's id (captured); the text is that of
 * an emulator that was made against it.
 */
export const repeatedAuthorization: AccessRefusal = {
  answer: {
    kind: "refused",
    status: 400,
    headers: [["content-type", "text/html"]],
    body: "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n</body>\r\n</html>\r\n",
  },
  cause: "it has more than one Authorization header",
  hint: "Send one Authorization header.",
};
