import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { canonicalRequest } from "./canonical-request.ts";
import type { ParsedSignature } from "./parse-signature.ts";
import type { SignedRequest } from "./signed-request.ts";
import type { SigningKeys } from "./signing-key.ts";

export type Verification =
  | { readonly kind: "ok" }
  /** Another secret, another request, or another idea of what is signed: what it should have been. */
  | { readonly kind: "mismatch"; readonly canonicalRequest: string; readonly stringToSign: string }
  /** It was valid for `windowMs` from its time on. */
  | { readonly kind: "expired"; readonly windowMs: number }
  /** Its time is more than `windowMs` ahead. */
  | { readonly kind: "not-yet"; readonly windowMs: number };

/** How far a signature's time may be from the server's, either way (as refusals of API Gateway's say that users have posted). */
export const clockSkewMs = 5 * 60 * 1000;

/**
 * Signs a request again, with the secret of the key that its signature names, and compares. The time is looked at
 * first. Whose token it carries, and whether region and service are the right ones, is the caller's to check.
 */
export function verifySignature(
  signature: ParsedSignature,
  request: SignedRequest,
  secret: string,
  nowMs: number,
  keys: SigningKeys,
): Verification {
  const { region, service, amzDate, signedAtMs, validForMs: windowMs = clockSkewMs } = signature;
  if (signedAtMs - nowMs > clockSkewMs) return { kind: "not-yet", windowMs: clockSkewMs };
  if (nowMs - signedAtMs > windowMs) return { kind: "expired", windowMs };

  const canonical = canonicalRequest(request, service, signature.signedHeaders);
  const date = amzDate.slice(0, 8);
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${date}/${region}/${service}/aws4_request\n${hash("sha256", canonical, "hex")}`;
  const expected = createHmac("sha256", keys.get(secret, date, region, service))
    .update(stringToSign)
    .digest();
  // Both are 32 bytes: the parser saw to it.
  if (timingSafeEqual(expected, Buffer.from(signature.signature, "hex"))) return { kind: "ok" };
  return { kind: "mismatch", canonicalRequest: canonical, stringToSign };
}
