import type { HeaderPair } from "../../model/gateway-event.ts";
import { foreignOrigin } from "../foreign-page.ts";
import { connectionsArn, maskAccount, type ApiPlace } from "../iam/api-arn.ts";
import { missingToken, type Caller, type SignatureRefusal } from "../iam/authenticate.ts";
import { checkPermission } from "../iam/permission.ts";
import type { parseSignature } from "../sigv4/parse-signature.ts";
import { accessDenied, refused, type ManagementAnswer } from "./management-answer.ts";

/** An answer instead of what was asked for, and why, for the log. */
export interface Refusal {
  readonly answer: ManagementAnswer;
  readonly cause: string;
  readonly hint: string;
  /** Whoever judged has said why. */
  readonly isLogged?: true;
}

/** Why a call was not carried out, for the log. */
export type Reason = Pick<Refusal, "cause" | "hint">;

export function refuseSignature({ error, message, cause, hint }: SignatureRefusal): Refusal {
  return { answer: refused(403, error, message), cause, hint };
}

/** Undefined when the caller may call this. */
export function checkCaller(
  caller: Caller,
  place: ApiPlace,
  stage: string,
  method: string,
): Refusal | undefined {
  const action = "execute-api:ManageConnections";
  const resource = connectionsArn(place, stage, method);
  const denial = checkPermission(caller, action, resource);
  if (denial === undefined) return undefined;
  return {
    answer: accessDenied(denial.message),
    cause: denial.cause,
    hint: `Allow ${action} on ${resource}: the braces are meant, a policy cannot name one connection.`,
  };
}

/** Whether whoever has an access key may do something; undefined when it may. */
export type JudgeKey = (accessKeyId: string, action: string, resource: string) => KeyDenial | undefined;

/** Logged by whoever judges. */
export interface KeyDenial {
  readonly userArn: string;
  /** The end of the message: why. */
  readonly reason: string;
  readonly hint: string;
}

/** Undefined when whoever signed may call this, as may whoever is not known by a key. */
export function checkKey(
  judge: JudgeKey,
  signature: ReturnType<typeof parseSignature>,
  place: ApiPlace,
  stage: string,
  method: string,
): Refusal | undefined {
  if (signature.kind !== "signed") return undefined;
  const action = "execute-api:ManageConnections";
  const resource = connectionsArn(place, stage, method);
  const denial = judge(signature.accessKeyId, action, resource);
  if (denial === undefined) return undefined;
  const { userArn, reason, hint } = denial;
  return {
    answer: accessDenied(
      `User: ${userArn} is not authorized to perform: ${action} on resource: ${maskAccount(resource)} ${reason}`,
    ),
    cause: `${userArn} may not, ${reason}`,
    hint,
    isLogged: true,
  };
}

export function explainGone(isConnecting: boolean): Reason {
  if (isConnecting)
    return {
      cause: "its $connect still runs",
      hint: "Nothing can be sent to a connection before its $connect has returned: send on its first message.",
    };
  return {
    cause: "the connection is gone, or its $connect still runs",
    hint: "Remove what you keep about it. Inside its own $connect a client cannot be reached yet.",
  };
}

/**
 * Pages of other origins can post without asking first, and an unchecked signature is easily made up. API Gateway
 * answers pages nothing that they could read, so that no app calls it from one.
 */
export function checkPage(headers: readonly HeaderPair[]): Refusal | undefined {
  const origin = foreignOrigin(headers);
  if (origin === undefined) return undefined;
  return {
    answer: refused(403, "ForbiddenException", "Forbidden"),
    cause: `a page of another origin (${origin}) sent it`,
    hint: "Call the management API from a function or a server, never from a page.",
  };
}

/** Captured. */
export function invalidId(connectionId: string): Refusal {
  return {
    answer: refused(400, "BadRequestException", `Invalid connectionId: ${connectionId}`),
    cause: "this is no connection id",
    hint: "Pass the connectionId of an event, unchanged.",
  };
}

/** Captured. */
export function unknownStage(stage: string, stages: ReadonlySet<string>): Refusal {
  const places = [...stages].map((one) => `/${one}`).join(", ");
  return {
    answer: refused(403, "ForbiddenException", "Forbidden"),
    cause: stage === "" ? "its URL has no stage" : `there is no stage "${stage}"`,
    hint: `End the client's endpoint with the stage: ${places}.`,
  };
}

/** What API Gateway answers to other methods and paths is not known; so it answers elsewhere where it has no route. */
export const unknownOperation: Refusal = {
  answer: refused(403, "MissingAuthenticationTokenException", missingToken),
  cause: "the management API has no such operation",
  hint: "It has POST, GET and DELETE of /{stage}/@connections/{connectionId}; escape the id.",
};

export function tooLarge(bodyBytes: number): Reason {
  return {
    cause: `its body is larger than ${bodyBytes} bytes`,
    hint: `Send at most ${bodyBytes} bytes at a time.`,
  };
}

/** The error is of the service's model; when API Gateway uses it, is not known. */
export const noRoom: Refusal = {
  answer: refused(429, "LimitExceededException", "Too Many Requests"),
  cause: "too many bodies are being read",
  hint: "Send fewer messages at a time; SDKs try again by themselves.",
};
