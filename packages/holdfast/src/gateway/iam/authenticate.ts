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
import type { ApiPlace } from "./api-arn.ts";
import type { Policy } from "../../model/iam/policy.ts";

/** Whose signatures are taken, of calls of the management API and of handshakes. */
export type SignatureAccess =
  /** Everybody's, and no signature is needed. */
  | { readonly mode: "none" }
  /** Whoever signs in the right form, with whatever key: what an SDK does with credentials that nobody checks. */
  | { readonly mode: "well-formed" }
  /** Whoever signs with one of these keys, and only what its policy allows. */
  | { readonly mode: "strict"; readonly credentials: KnownCredentials };

/** By access key id; asked at each request, so that keys can come and go. */
export type KnownCredentials = Pick<ReadonlyMap<string, Credential>, "get">;

/** What belongs to an access key. */
export interface Credential {
  readonly secret: string;
  /** Temporary credentials have one; every request then carries it. */
  readonly sessionToken?: string;
  /** Absent: everything is allowed. */
  readonly policy?: Policy;
  /** Who a refusal says was refused; by default a user who is called as the access key is. */
  readonly userArn?: string;
}

/** A caller, as far as it is known. */
export interface Caller {
  readonly userArn: string;
  readonly policy?: Policy;
}

export type Authentication =
  | { readonly kind: "admitted"; readonly caller?: Caller }
  | { readonly kind: "refused"; readonly refusal: SignatureRefusal };

/** A 403: AWS's name for it and what the caller hears, and why and what to do, for the log. */
export interface SignatureRefusal {
  readonly error:
    | MalformedSignature["error"]
    | "MissingAuthenticationTokenException"
    | "UnrecognizedClientException";
  readonly message: string;
  readonly cause: string;
  readonly hint: string;
}

export interface AuthenticationContext extends ApiPlace {
  readonly access: SignatureAccess;
  /** What requests have to be signed for; `execute-api` unless said. */
  readonly service?: string;
  readonly nowMs: number;
  readonly keys: SigningKeys;
}

/**
 * Finds out who sent a request. The messages of refusals are AWS's as far as users have posted theirs, save where a
 * comment says otherwise; only that of a request without a signature was captured.
 */
export function authenticate(request: SignedRequest, context: AuthenticationContext): Authentication {
  const { access } = context;
  if (access.mode === "none") return { kind: "admitted" };
  const signature = parseSignature(request);
  const { service } = context;
  if (signature.kind === "unsigned") return { kind: "refused", refusal: unsigned(service) };
  if (signature.kind === "malformed") return { kind: "refused", refusal: malformed(signature, service) };
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

export const missingToken = "Missing Authentication Token";

function unsigned(service = "the API Gateway management API"): SignatureRefusal {
  return {
    error: "MissingAuthenticationTokenException",
    message: missingToken,
    cause: "the request is not signed",
    hint: `Send it through an AWS SDK's client for ${service}, with any credentials.`,
  };
}

function malformed({ error, reason }: MalformedSignature, service = "execute-api"): SignatureRefusal {
  return {
    error,
    message: reason,
    cause: `its signature cannot be read: ${reason}`,
    hint: `Sign it with Signature Version 4 for the service ${service}, as AWS SDKs do.`,
  };
}

function checkScope(
  { region, service }: ParsedSignature,
  { region: own, service: wanted = "execute-api" }: AuthenticationContext,
): SignatureRefusal | undefined {
  const faults = [
    ...(region === own ? [] : [`Credential should be scoped to a valid region, not '${region}'. `]),
    ...(service === wanted ? [] : [`Credential should be scoped to correct service: '${wanted}'. `]),
  ];
  if (faults.length === 0) return undefined;
  return {
    error: "InvalidSignatureException",
    message: faults.join(""),
    cause: `it is signed for ${service} in ${region}`,
    hint: `Give the client the region ${own}; its service is ${wanted}.`,
  };
}

/** That a wrong token is answered as a key that is not known is chosen. */
function checkToken(
  { accessKeyId, sessionToken }: ParsedSignature,
  credential: Credential | undefined,
): SignatureRefusal | undefined {
  if (credential !== undefined && credential.sessionToken === sessionToken) return undefined;
  return {
    error: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
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
  { secret }: Credential,
  { nowMs, keys }: AuthenticationContext,
): SignatureRefusal | undefined {
  const verification = verifySignature(signature, request, secret, nowMs, keys);
  if (verification.kind === "ok") return undefined;
  const isLate = verification.kind !== "mismatch";
  return {
    error: "InvalidSignatureException",
    message: describeFault(verification, signature, nowMs),
    cause: isLate
      ? `it was signed at ${signature.amzDate}, and now it is ${formatAmzDate(nowMs)}`
      : `its signature is not that of "${signature.accessKeyId}"`,
    hint: isLate
      ? "Set the clock of the client's machine, and sign each request when it is sent."
      : "Give the client the right secret, and see that nothing on the way changes path, query, host or body.",
  };
}

/** For a presigned request's own time the words of a signature's are carried over, which is chosen. */
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
