import { createHmac, timingSafeEqual } from "node:crypto";
import { bucketOfHost } from "../../model/bucket-hosts.ts";
import { headerValues } from "../header-pairs.ts";
import { splitRequestTarget } from "../request-target.ts";
import type { SignedRequest } from "./signed-request.ts";

/**
 * A URL of S3's that was signed in advance with Signature Version 2: what boto3 makes unless told otherwise, and SDK v2
 * in older regions. Nothing of it is proven yet.
 */
export interface PresignedV2 {
  readonly accessKeyId: string;
  /** Seconds since 1970, as it was signed. */
  readonly expires: string;
  /** In base64. */
  readonly signature: string;
  readonly sessionToken?: string;
}

export function parsePresignedV2({ target }: Pick<SignedRequest, "target">): PresignedV2 | undefined {
  const { search } = splitRequestTarget(target);
  if (!search.includes("AWSAccessKeyId=")) return undefined;
  const query = new URLSearchParams(search);
  const [accessKeyId, signature, expires] = ["AWSAccessKeyId", "Signature", "Expires"].map(
    (name) => query.get(name) ?? "",
  );
  if (!accessKeyId || !signature || expires === undefined || !/^\d{1,11}$/.test(expires)) return undefined;
  const sessionToken = query.get("x-amz-security-token") ?? undefined;
  return { accessKeyId, signature, expires, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Parts of the query that say what is asked for, and so are signed (documented). */
const signedNames: ReadonlySet<string> = new Set(
  [
    "accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock",
    "partNumber policy replication requestPayment restore select select-type tagging torrent uploadId uploads",
    "versionId versioning versions website response-cache-control response-content-disposition",
    "response-content-encoding response-content-language response-content-type response-expires",
  ].flatMap((names) => names.split(" ")),
);

/**
 * Whether the request's signature was made with this secret (documented). `host` is the name that was asked for, without
 * its port: it may hold the bucket. SDKs put some headers into the query instead, where they count the same.
 */
export function isPresignedV2With(
  secret: string,
  { signature, expires }: PresignedV2,
  { method, target, headers }: SignedRequest,
  host: string,
): boolean {
  const { path, search } = splitRequestTarget(target);
  const query = [...new URLSearchParams(search)];
  const amz = [...headers, ...query]
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => name.startsWith("x-amz-"))
    .toSorted(byName);
  const asked = query
    .filter(([name]) => signedNames.has(name))
    .toSorted(byName)
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const said = (name: string): string =>
    headerValues(headers, name)[0] ?? query.find(([one]) => one.toLowerCase() === name)?.[1] ?? "";
  const bucket = bucketOfHost(host);
  const resource = `${bucket === undefined ? "" : `/${bucket}`}${path}`;
  const text = [
    method,
    said("content-md5"),
    said("content-type"),
    expires,
    ...amz.map(([name, value]) => `${name}:${value}`),
    asked.length === 0 ? resource : `${resource}?${asked.join("&")}`,
  ].join("\n");
  const expected = createHmac("sha1", secret).update(text).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
