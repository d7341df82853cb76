import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import { evaluatePolicy, type ApiPlace } from "../iam/policy.ts";
import { authenticate, type Caller, type ManagementAccess } from "../management/management-access.ts";
import type { SigningKeys } from "../sigv4/signing-key.ts";
import { refuseAccess, type AccessRefusal } from "./access-refusal.ts";
import { invokeDenials } from "./authorizer.ts";

/** Whose signatures are taken. */
export type IamAccess = ManagementAccess;

export interface IamSurroundings extends ApiPlace {
  readonly access: IamAccess;
  readonly keys: SigningKeys;
  readonly nowMs: number;
}

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
  surroundings: IamSurroundings,
): AccessRefusal | undefined {
  const request = { method: "GET", target, headers: event.headers, body: noBody };
  const authentication = authenticate(request, surroundings);
  if (authentication.kind === "refused") {
    const { answer, cause, hint } = authentication.refusal;
    const isUnsigned = answer.errorType === "MissingAuthenticationTokenException";
    return refuseAccess(event, {
      status: answer.status,
      message: messageOf(answer.body),
      responseType: isUnsigned ? "MISSING_AUTHENTICATION_TOKEN" : "ACCESS_DENIED",
      cause,
      hint: isUnsigned ? signHint : hint,
    });
  }
  return authentication.caller && checkCaller(authentication.caller, event);
}

const noBody = Buffer.alloc(0);

function messageOf(body: string): string {
  return (JSON.parse(body) as { readonly message: string }).message;
}

/** Nobody connects through an SDK, which is what the management API advises. */
const signHint =
  "Sign the headers or the URL with Signature Version 4 for the service execute-api; browsers can only use a signed URL.";

function checkCaller({ userArn, policy }: Caller, event: AuthorizeEvent): AccessRefusal | undefined {
  if (policy === undefined) return undefined;
  const { methodArn } = event;
  const decision = evaluatePolicy(policy, "execute-api:Invoke", methodArn, {
    "aws:SourceIp": event.connection.sourceIp,
  });
  if (decision === "allow") return undefined;
  return refuseAccess(event, {
    status: 403,
    message: `User: ${userArn} is not authorized to perform: execute-api:Invoke on resource: ${maskAccount(methodArn)} ${invokeDenials[decision]}`,
    responseType: "ACCESS_DENIED",
    cause:
      decision === "explicit-deny"
        ? `the policy of ${userArn} denies it`
        : `no policy of ${userArn} allows it`,
    hint: `Allow execute-api:Invoke on ${methodArn}.`,
  });
}

/** All but the account's last four digits, as in the refusals of the management API (captured). */
function maskAccount(arn: string): string {
  return arn.replace(/(?<=^(?:[^:]*:){4})\d+(?=\d{4}:)/, (digits) => "*".repeat(digits.length));
}
