import type { Clock } from "../../base/clock.ts";
import { s3Error } from "./s3-error.ts";
import { isoTime } from "./s3-request.ts";

/** The longest that a URL may be good for: S3's bound, a week. */
const maximumSeconds = 604_800;

/** Of a URL that was signed in advance, by either version of signatures. Throws `AccessDenied`. */
export function checkExpiry(query: URLSearchParams, clock: Clock): void {
  const expiresAtMs = readExpiry(query);
  if (expiresAtMs === undefined || clock.now() <= expiresAtMs) return;
  throw s3Error(
    "AccessDenied",
    { Expires: isoTime(expiresAtMs).replace(".000Z", "Z"), ServerTime: isoTime(clock.now()) },
    "Request has expired",
  );
}

/** What a request says of its object, whether or not it stands in its query. */
const saidOfObjects = /^(?:content-type|cache-control|x-amz-(?:meta-.+|tagging|storage-class|acl))$/;

/**
 * Headers that SDKs put into the query of a URL that they sign in advance: the sender need not know them. Sums of bytes
 * are not taken: who signs does not have the bytes, and SDK v3 gives the sum of none.
 */
export function headersInQuery(query: URLSearchParams): Readonly<Record<string, string>> {
  if (!query.has("X-Amz-Signature") && !query.has("Signature")) return {};
  const headers = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(headers.filter(([name]) => saidOfObjects.test(name)));
}

function readExpiry(query: URLSearchParams): number | undefined {
  const old = query.get("Expires");
  if (old !== null && query.has("Signature") && /^\d{1,11}$/.test(old)) return Number(old) * 1000;
  const seconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  if (date === null || Number.isNaN(seconds)) return undefined;
  const [year = 0, month = 0, day, hour, minute, second] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Math.min(seconds, maximumSeconds) * 1000;
}
