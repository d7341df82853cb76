import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import type { ObjectCondition, ObjectFacts } from "../../ports/bucket-store.ts";
import { s3Error } from "./s3-error.ts";
import { unquoted } from "./s3-request.ts";

type Headers = AwsServiceRequest["headers"];

/**
 * Whether a reader wants the object as it is now, by RFC 9110, 13.2.2: of each pair what concerns ETags counts. Throws
 * `PreconditionFailed`.
 */
export function wantsObject(
  headers: Headers,
  facts: ObjectFacts,
  prefix: "" | "x-amz-copy-source-" = "",
): boolean {
  const ifMatch = headers[`${prefix}if-match`];
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const ifUnmodifiedSince = timeOf(headers[`${prefix}if-unmodified-since`]);
  const ifModifiedSince = timeOf(headers[`${prefix}if-modified-since`]);
  // Headers have no fractions of seconds.
  const modifiedAtMs = Math.floor(facts.modifiedAtMs / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!names(ifMatch, facts)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (ifUnmodifiedSince !== undefined && modifiedAtMs > ifUnmodifiedSince) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
  if (ifNoneMatch !== undefined) return !names(ifNoneMatch, facts);
  return ifModifiedSince === undefined || modifiedAtMs > ifModifiedSince;
}

/** What a writer demands of what is there. Throws `NotImplemented` for what S3 does not take either. */
export function writeCondition(headers: Headers): ObjectCondition | undefined {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === "*" && ifMatch === undefined) return { isAbsent: true };
    throw s3Error("NotImplemented", { Header: "If-None-Match" });
  }
  return ifMatch === undefined ? undefined : { etag: unquoted(ifMatch.trim()) };
}

/** `If-Match` of a key that has no object is 404 (documented). */
export function unmetCondition(
  condition: ObjectCondition | undefined,
  key: string,
  found: ObjectFacts | undefined,
): Error {
  if (condition !== undefined && "isAbsent" in condition) return preconditionFailed("If-None-Match");
  return found === undefined ? s3Error("NoSuchKey", { Key: key }) : preconditionFailed("If-Match");
}

export function preconditionFailed(condition: string): Error {
  return s3Error("PreconditionFailed", { Condition: condition });
}

function names(list: string, { etag }: ObjectFacts): boolean {
  return list.split(",").some((one) => one.trim() === "*" || unquoted(one.trim()) === etag);
}

function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
