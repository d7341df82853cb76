import { connectionsArn, evaluatePolicy, type ApiPlace, type Policy } from "../iam/policy.ts";
import { formatAmzDate } from "../sigv4/amz-date.ts";
import {
  parseSignature,
  signatureMismatch,
  type MalformedSignature,
  type ParsedSignature,
} from "../sigv4/parse-signature.ts";
import type { SignedRequest } from "../sigv4/signed-request.ts";
import type { SigningKeys } from "../sigv4/signing-key.ts";
import { clockSkewMs, verifySignature, type Verification } from "../sigv4/verify-signature.ts";
import { accessDenied, refused, type ManagementAnswer } from "./management-answer.ts";

/** Who may call the management API. */
export type ManagementAccess =
  /** Everybody, signed or not. */
  | { readonly mode: "none" }
  /** Whoever signs in the right form, with whatever key: what an SDK does with credentials that nobody checks. */
  | { readonly mode: "well-formed" }
  /** Whoever signs with one of these keys, and only what its policy allows. */
  | { readonly mode: "strict"; readonly credentials: ReadonlyMap<string, ManagementCredential> };

export interface ManagementCredential {
  readonly secret: string;
  /** Temporary credentials have one; every request then carries it. */
  readonly sessionToken?: string;
  /** Absent: everything is allowed. */
  readonly policy?: Policy;
  /** Who a refusal says was refused; by default a user who is called as the access key is. */
  readonly userArn?: string;
}

/** An answer instead of what was asked for, and why, for the log. */
export interface Refusal {
  readonly answer: ManagementAnswer;
  readonly cause: string;
  readonly hint: string;
}

/** A caller, as far as it is known. */
export interface Caller {
  readonly userArn: string;
  readonly policy?: Policy;
}

export type Authentication =
  | { readonly kind: "admitted"; readonly caller?: Caller }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface AuthenticationContext extends ApiPlace {
  readonly access: ManagementAccess;
  readonly nowMs: number;
  readonly keys: SigningKeys;
}

export function authenticate(request: SignedRequest, context: AuthenticationContext): Authentication {
  const { access } = context;
  if (access.mode === "none") return { kind: "admitted" };
  const signature = parseSignature(request);
  if (signature.kind === "unsigned") return { kind: "refused", refusal: unsigned };
  if (signature.kind === "malformed") return { kind: "refused", refusal: malformed(signature) };
  if (access.mode === "well-formed") return { kind: "admitted" };

  const credential = access.credentials.get(signature.accessKeyId);
  const refusal =
    checkScope(signature, context) ??
    checkToken(signature, credential) ??
    (credential && checkSignature(signature, request, credential, context));
  if (refusal !== undefined) return { kind: "refused", refusal };
  return {
    kind: "admitted",
    caller: {
      userArn: credential?.userArn ?? `arn:aws:iam::${context.accountId}:user/${signature.accessKeyId}`,
      ...(credential?.policy !== undefined && { policy: credential.policy }),
    },
  };
}

/** Captured. */
export const missingToken = refused(
  403,
  "MissingAuthenticationTokenException",
  "Missing Authentication Token",
);

const unsigned: Refusal = {
  answer: missingToken,
  cause: "the request is not signed",
  hint: "Send it through an AWS SDK's client for the API Gateway management API, with any credentials.",
};

function malformed({ error, reason }: MalformedSignature): Refusal {
  return {
    answer: refused(403, error, reason),
    cause: `its signature cannot be read: ${reason}`,
    hint: "Sign it with Signature Version 4 for the service execute-api, as AWS SDKs do.",
  };
}

/** Region and service, in API Gateway's words (users' posts). */
function checkScope({ region, service }: ParsedSignature, { region: own }: ApiPlace): Refusal | undefined {
  const faults = [
    ...(region === own ? [] : [`Credential should be scoped to a valid region, not '${region}'. `]),
    ...(service === "execute-api" ? [] : ["Credential should be scoped to correct service: 'execute-api'. "]),
  ];
  if (faults.length === 0) return undefined;
  return {
    answer: refused(403, "InvalidSignatureException", faults.join("")),
    cause: `it is signed for ${service} in ${region}`,
    hint: `Give the client the region ${own}; its service is execute-api.`,
  };
}

/** A key that is not known, in API Gateway's words (documented). That a wrong token is answered so too is chosen. */
function checkToken(
  { accessKeyId, sessionToken }: ParsedSignature,
  credential: ManagementCredential | undefined,
): Refusal | undefined {
  if (credential !== undefined && credential.sessionToken === sessionToken) return undefined;
  return {
    answer: refused(
      403,
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ),
    cause:
      credential === undefined
        ? `nobody has the access key "${accessKeyId}"`
        : `its session token is not that of "${accessKeyId}"`,
    hint: "Give the client the credentials that the server is configured with.",
  };
}

function checkSignature(
  signature: ParsedSignature,
  request: SignedRequest,
  { secret }: ManagementCredential,
  { nowMs, keys }: AuthenticationContext,
): Refusal | undefined {
  const verification = verifySignature(signature, request, secret, nowMs, keys);
  if (verification.kind === "ok") return undefined;
  const isLate = verification.kind !== "mismatch";
  return {
    answer: refused(403, "InvalidSignatureException", describeFault(verification, signature, nowMs)),
    cause: isLate
      ? `it was signed at ${signature.amzDate}, and now it is ${formatAmzDate(nowMs)}`
      : `its signature is not that of "${signature.accessKeyId}"`,
    hint: isLate
      ? "Set the clock of the client's machine, and sign each request when it is sent."
      : "Give the client the right secret, and see that nothing on the way changes path, query, host or body.",
  };
}

/** API Gateway's words (users' posts). For a presigned request's own time they are carried over, which is chosen. */
function describeFault(
  verification: Exclude<Verification, { readonly kind: "ok" }>,
  { amzDate }: ParsedSignature,
  nowMs: number,
): string {
  const now = formatAmzDate(nowMs);
  if (verification.kind === "mismatch")
    return `${signatureMismatch}\n\nThe Canonical String for this request should have been\n'${verification.canonicalRequest}'\n\nThe String-to-Sign should have been\n'${verification.stringToSign}'\n`;
  const { windowMs } = verification;
  const window = windowMs % 60_000 === 0 ? `${windowMs / 60_000} min.` : `${windowMs / 1000} s.`;
  return verification.kind === "expired"
    ? `Signature expired: ${amzDate} is now earlier than ${formatAmzDate(nowMs - windowMs)} (${now} - ${window})`
    : `Signature not yet current: ${amzDate} is still later than ${formatAmzDate(nowMs + clockSkewMs)} (${now} + ${window})`;
}

/**
 * Whether a caller may do this, judged by its policy; undefined when it may. The words after the resource are those
 * that API Gateway has for policies of an identity (captured with an authorizer; for sessions they say "session").
 */
export function authorize(
  { userArn, policy }: Caller,
  place: ApiPlace,
  stage: string,
  method: string,
): Refusal | undefined {
  if (policy === undefined) return undefined;
  const action = "execute-api:ManageConnections";
  const resource = connectionsArn(place, stage, method);
  const decision = evaluatePolicy(policy, action, resource);
  if (decision === "allow") return undefined;
  const masked = connectionsArn({ ...place, accountId: maskAccount(place.accountId) }, stage, method);
  const why =
    decision === "explicit-deny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  return {
    answer: accessDenied(
      `User: ${userArn} is not authorized to perform: ${action} on resource: ${masked} ${why}`,
    ),
    cause:
      decision === "explicit-deny"
        ? `the policy of ${userArn} denies it`
        : `no policy of ${userArn} allows it`,
    hint: `Allow ${action} on ${resource}: the braces are meant, a policy cannot name one connection.`,
  };
}

/** All but the last four digits (captured). */
function maskAccount(accountId: string): string {
  return accountId.slice(-4).padStart(accountId.length, "*");
}
