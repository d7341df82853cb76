import { hash } from "node:crypto";
import { headerValues } from "../header-pairs.ts";
import { splitRequestTarget } from "../request-target.ts";
import { parseAmzDate, parseDateHeader, formatAmzDate } from "./amz-date.ts";
import { splitAuthorization } from "./authorization-header.ts";
import { readQuery, type SignedRequest } from "./signed-request.ts";
import { decodeUri } from "./uri-encoding.ts";

/** What a request says of its signer. Nothing of it is proven yet. */
export type RequestSignature = { readonly kind: "unsigned" } | MalformedSignature | ParsedSignature;

/** AWS's error and its message. */
export interface MalformedSignature {
  readonly kind: "malformed";
  readonly error: "IncompleteSignatureException" | "InvalidSignatureException";
  readonly reason: string;
}

export interface ParsedSignature {
  readonly kind: "signed";
  readonly form: "header" | "query";
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** As it was signed: `20260925T002229Z`. */
  readonly amzDate: string;
  /** Milliseconds since 1970. */
  readonly signedAtMs: number;
  /** How long a presigned request is valid from then on, where it says so: 1 second to 7 days. */
  readonly validForMs?: number;
  /** In lower case, in the signer's order; `host` is among them. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
  readonly sessionToken?: string;
}

/**
 * Reads a Signature Version 4 of a request: the `Authorization` header where there is one, else the query of a
 * presigned request. Never throws.
 *
 * The reasons are AWS's words as far as users have posted them: for a header that is incomplete or no pairs, a host
 * that is not signed, a credential's form, terminator and date. Those for an unknown algorithm and for presigned
 * requests are chosen.
 */
export function parseSignature(request: Pick<SignedRequest, "target" | "headers">): RequestSignature {
  const [authorization] = headerValues(request.headers, "authorization");
  if (authorization !== undefined) return parseHeader(authorization, request);
  const { search } = splitRequestTarget(request.target);
  return search.includes("X-Amz-") ? parsePresigned(search) : { kind: "unsigned" };
}

interface Claims {
  readonly form: "header" | "query";
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly expires?: string;
  readonly sessionToken?: string;
}

function parseHeader(
  authorization: string,
  { headers }: Pick<SignedRequest, "headers">,
): MalformedSignature | ParsedSignature {
  const { algorithm, pairs, stray } = splitAuthorization(authorization);
  // The header itself may be another service's secret: only its hash goes back.
  if (stray !== undefined)
    return incomplete(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest(authorization)}'.`,
    );
  const date = dateHeader(headers);
  const missing = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => (pairs.get(name) ?? "") === "")
    .map((name) => `Authorization header requires '${name}' parameter. `);
  if (date === undefined)
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  if (missing.length > 0 || date === undefined)
    return incomplete(
      `${missing.join("")}(Hashed with SHA-256 and encoded with Base64) Authorization=${digest(authorization)}`,
    );
  const [sessionToken] = headerValues(headers, "x-amz-security-token");
  return readClaims({
    form: "header",
    algorithm,
    credential: pairs.get("Credential") ?? "",
    signedHeaders: pairs.get("SignedHeaders") ?? "",
    signature: pairs.get("Signature") ?? "",
    date,
    ...(sessionToken !== undefined && { sessionToken }),
  });
}

/** `X-Amz-Date`, or `Date` as `X-Amz-Date` would say it. */
function dateHeader(headers: SignedRequest["headers"]): string | undefined {
  const [amzDate] = headerValues(headers, "x-amz-date");
  if (amzDate !== undefined) return amzDate;
  const [date] = headerValues(headers, "date");
  if (date === undefined) return undefined;
  const timeMs = parseDateHeader(date);
  return timeMs === undefined ? date : formatAmzDate(timeMs);
}

function parsePresigned(search: string): RequestSignature {
  const values = new Map<string, string>();
  for (const [name, value] of readQuery(search))
    if (name.startsWith("X-Amz-") && !values.has(name)) values.set(name, decodeUri(value) ?? "");
  const get = (name: string): string => values.get(`X-Amz-${name}`) ?? "";
  if (!["Algorithm", "Credential", "Signature"].some((name) => values.has(`X-Amz-${name}`)))
    return { kind: "unsigned" };
  const missing = ["Credential", "Signature", "SignedHeaders", "Date"].filter((name) => get(name) === "");
  if (missing.length > 0)
    return incomplete(
      missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'. `).join(""),
    );
  const expires = values.get("X-Amz-Expires");
  const sessionToken = values.get("X-Amz-Security-Token");
  return readClaims({
    form: "query",
    algorithm: get("Algorithm"),
    credential: get("Credential"),
    signedHeaders: get("SignedHeaders"),
    signature: get("Signature"),
    date: get("Date"),
    ...(expires !== undefined && { expires }),
    ...(sessionToken !== undefined && { sessionToken }),
  });
}

function readClaims(claims: Claims): MalformedSignature | ParsedSignature {
  const { form, algorithm, signature, date, expires, sessionToken } = claims;
  if (algorithm !== "AWS4-HMAC-SHA256")
    return incomplete(`Unsupported AWS 'algorithm': '${shorten(algorithm)}'.`);
  const [accessKeyId = "", scopeDate = "", region = "", service = "", term = "", ...rest] =
    claims.credential.split("/");
  if (rest.length > 0 || [accessKeyId, scopeDate, region, service, term].includes(""))
    return incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${shorten(claims.credential)}'`,
    );
  if (term !== "aws4_request")
    return invalid(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${shorten(term)}'.`,
    );
  const signedAtMs = parseAmzDate(date);
  if (signedAtMs === undefined)
    return incomplete(`Date must be in ISO-8601 'basic format'. Got '${shorten(date)}'.`);
  if (scopeDate !== date.slice(0, 8))
    return invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${shorten(scopeDate)}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  const signedHeaders = claims.signedHeaders.toLowerCase().split(";");
  if (!signedHeaders.includes("host"))
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  if (!/^[0-9a-f]{64}$/.test(signature)) return invalid(signatureMismatch);
  const validForMs = expires === undefined ? undefined : readExpires(expires);
  if (Number.isNaN(validForMs))
    return invalid("X-Amz-Expires must be a number of seconds between 1 and 604800.");
  return {
    kind: "signed",
    form,
    accessKeyId,
    region,
    service,
    amzDate: date,
    signedAtMs,
    signedHeaders,
    signature,
    ...(validForMs !== undefined && { validForMs }),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/** How AWS begins, in posts of users, when a signature is not the request's. */
export const signatureMismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** In milliseconds; NaN when it is no whole number of seconds up to 7 days. */
function readExpires(text: string): number {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= 604_800 ? seconds * 1000 : Number.NaN;
}

function incomplete(reason: string): MalformedSignature {
  return { kind: "malformed", error: "IncompleteSignatureException", reason: reason.trimEnd() };
}

function invalid(reason: string): MalformedSignature {
  return { kind: "malformed", error: "InvalidSignatureException", reason };
}

function digest(text: string): string {
  return hash("sha256", text, "base64");
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
