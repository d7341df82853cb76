import { hostNameOf } from "../../model/aws-hosts.ts";
import { bucketOfWebsite } from "../../model/bucket-hosts.ts";
import { isLocalOrigin } from "../foreign-page.ts";
import { headerValues, lastHeader } from "../header-pairs.ts";
import type { Authentication, Caller, SignatureAccess, SignatureRefusal } from "../iam/authenticate.ts";
import { signatureMismatch } from "../sigv4/parse-signature.ts";
import { isPresignedV2With, type PresignedV2 } from "../sigv4/presigned-v2.ts";
import type { SignedRequest } from "../sigv4/signed-request.ts";

/**
 * What nobody signs: pages of a bucket that is a web site, and what browsers ask before they send a page's request. The
 * first are for everybody, and the second says no more than the bucket's rules for pages.
 */
export function isOpenWithoutSignature(request: SignedRequest): boolean {
  const host = hostNameOf(lastHeader(request.headers, "host") ?? "");
  if (bucketOfWebsite(host) !== undefined) return true;
  return (
    request.method === "OPTIONS" && headerValues(request.headers, "access-control-request-method").length > 0
  );
}

/**
 * Whether a page of another origin may send it, as far as that is not the bucket's to say. Who signed it in advance meant
 * it to be sent from anywhere; but where signatures are not checked any page can make one up, and only those of this
 * machine are let through.
 */
export function isOpenToPage(request: SignedRequest, origin: string, access: SignatureAccess): boolean {
  const isPresigned = /[?&](?:X-Amz-)?Signature=/.test(request.target);
  return isPresigned && (access.mode === "strict" || isLocalOrigin(origin));
}

/** When the URL expires is not looked at: S3 answers that in its own words. */
export function authenticateV2(
  signed: PresignedV2,
  request: SignedRequest,
  access: SignatureAccess,
  accountId: string,
): Authentication {
  if (access.mode !== "strict") return { kind: "admitted" };
  const { accessKeyId, sessionToken } = signed;
  const credential = access.credentials.get(accessKeyId);
  if (credential === undefined || credential.sessionToken !== sessionToken)
    return { kind: "refused", refusal: unknownKey(accessKeyId) };
  const host = hostNameOf(lastHeader(request.headers, "host") ?? "");
  if (!isPresignedV2With(credential.secret, signed, request, host))
    return { kind: "refused", refusal: otherSignature(accessKeyId) };
  const userArn = credential.userArn ?? `arn:aws:iam::${accountId}:user/${accessKeyId}`;
  const caller: Caller = { userArn, ...(credential.policy !== undefined && { policy: credential.policy }) };
  return { kind: "admitted", caller };
}

function unknownKey(accessKeyId: string): SignatureRefusal {
  return {
    error: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
    cause: `nobody has the access key "${accessKeyId}" with its session token`,
    hint: "Sign the URL with the credentials that the server is configured with.",
  };
}

function otherSignature(accessKeyId: string): SignatureRefusal {
  return {
    error: "InvalidSignatureException",
    message: signatureMismatch,
    cause: `its signature is not that of "${accessKeyId}"`,
    hint: "Send what was signed: the same method, path and Content-Type.",
  };
}
