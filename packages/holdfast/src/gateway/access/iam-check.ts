import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import { authenticate, type AuthenticationContext, type Caller } from "../iam/authenticate.ts";
import { checkPermission } from "../iam/permission.ts";
import { refuseAccess, type AccessRefusal } from "./access-refusal.ts";

/**
 * Checks the signature of a handshake, in its headers or its query, and whether its caller may connect; undefined when
 * it may. The messages are those that API Gateway has for signed requests elsewhere; that a handshake is refused with
 * these, and in this form, is not known.
 *
 * @param target path and query as the client sent them.
 */
export function checkIam(
  event: AuthorizeEvent,
  target: string,
  context: AuthenticationContext,
): AccessRefusal | undefined {
  const request = { method: "GET", target, headers: event.headers, body: noBody };
  const authentication = authenticate(request, context);
  if (authentication.kind === "refused") {
    const { error, message, cause, hint } = authentication.refusal;
    const isUnsigned = error === "MissingAuthenticationTokenException";
    return refuseAccess(event, {
      status: 403,
      message,
      responseType: isUnsigned ? "MISSING_AUTHENTICATION_TOKEN" : "ACCESS_DENIED",
      cause,
      hint: isUnsigned ? signHint : hint,
    });
  }
  return authentication.caller && checkCaller(authentication.caller, event);
}

const noBody = Buffer.alloc(0);

/** Nobody connects through an SDK, which is what the management API advises. */
const signHint =
  "Sign the headers or the URL with Signature Version 4 for the service execute-api; browsers can only use a signed URL.";

function checkCaller(caller: Caller, event: AuthorizeEvent): AccessRefusal | undefined {
  const action = "execute-api:Invoke";
  const denial = checkPermission(caller, action, event.methodArn, {
    "aws:SourceIp": event.connection.sourceIp,
  });
  return (
    denial &&
    refuseAccess(event, {
      status: 403,
      ...denial,
      responseType: "ACCESS_DENIED",
      hint: `Allow ${action} on ${event.methodArn}.`,
    })
  );
}
