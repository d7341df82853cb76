import { maximumReadBytes } from "../../model/bucket-limits.ts";
import type { AwsServiceAnswer } from "../../ports/aws-services.ts";
import type { ByteRange, ObjectFacts } from "../../ports/bucket-store.ts";
import { readByteRange } from "./byte-range.ts";
import { wantsObject } from "./conditions.ts";
import { factHeaders } from "./object-headers.ts";
import { s3Error } from "./s3-error.ts";
import { emptyAnswer, type ObjectOperation, type ObjectRequest, type S3FaceOptions } from "./s3-request.ts";

/** How often an object is looked at again that was replaced between a look at it and reading it. */
const maximumLooks = 10;

export const getObject: ObjectOperation = async (request, options) => {
  for (let look = 0; look < maximumLooks; look += 1) {
    const facts = await headOf(request, options);
    const reading = readingOf(request, facts);
    if (!reading.isWanted) return notModified(facts);
    const { range } = reading;
    if (range === undefined && facts.sizeBytes > maximumReadBytes) throw tooLargeAtOnce(facts);
    const object = await options.buckets.get(request.bucket, request.key, range);
    if (object === undefined || object.etag !== facts.etag || object.sizeBytes !== facts.sizeBytes) continue;
    return { ...answerOf(request, facts, range), body: object.bytes };
  }
  throw s3Error("SlowDown");
};

/** As `getObject`, without the bytes. */
export const headObject: ObjectOperation = async (request, options) => {
  const facts = await headOf(request, options);
  const { isWanted, range } = readingOf(request, facts);
  return isWanted ? answerOf(request, facts, range) : notModified(facts);
};

/** Throws `NoSuchKey`. */
export async function headOf(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { buckets }: Pick<S3FaceOptions, "buckets">,
): Promise<ObjectFacts> {
  const facts = await buckets.head(bucket, key);
  if (facts === undefined) throw s3Error("NoSuchKey", { Key: key });
  return facts;
}

function readingOf(
  { headers, query }: ObjectRequest,
  facts: ObjectFacts,
): { readonly isWanted: boolean; readonly range?: ByteRange | undefined } {
  const part = query.get("partNumber");
  if (!wantsObject(headers, facts)) return { isWanted: false };
  if (part === null) return { isWanted: true, range: readByteRange(headers.range, facts.sizeBytes) };
  // Where an object's parts began is not kept.
  if (facts.etag.includes("-"))
    throw s3Error("NotImplemented", {}, "Objects that came in parts are not read by parts here");
  if (part !== "1") throw s3Error("InvalidPartNumber");
  return { isWanted: true };
}

function answerOf(
  { headers, query }: ObjectRequest,
  facts: ObjectFacts,
  range: ByteRange | undefined,
): AwsServiceAnswer {
  const withChecksum = range === undefined && headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED";
  const { from, to } = range ?? { from: 0, to: facts.sizeBytes };
  return emptyAnswer(range === undefined ? 200 : 206, {
    ...factHeaders(facts, { withChecksum }),
    ...overrides(query),
    "content-length": String(to - from),
    ...(range !== undefined && { "content-range": `bytes ${from}-${to - 1}/${facts.sizeBytes}` }),
  });
}

/** What whoever gave the URL away wants the answer to say (documented; of unsigned requests S3 takes none). */
function overrides(query: URLSearchParams): Record<string, string> {
  const names = [
    "content-type",
    "content-language",
    "expires",
    "cache-control",
    "content-disposition",
    "content-encoding",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "?")]];
    }),
  );
}

function notModified(facts: ObjectFacts): AwsServiceAnswer {
  const { etag = "", "last-modified": modified = "" } = factHeaders(facts, { withChecksum: false });
  return emptyAnswer(304, { etag, "last-modified": modified });
}

function tooLargeAtOnce({ sizeBytes }: ObjectFacts): Error {
  const message = `The object has ${sizeBytes} bytes; ${maximumReadBytes} are read at once here. Ask for it in ranges.`;
  return s3Error("InvalidRequest", {}, message);
}
