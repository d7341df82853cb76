import { isAwsHost } from "../../model/aws-hosts.ts";
import { bucketOfHost } from "../../model/bucket-hosts.ts";
import { maximumPartNumber } from "../../model/bucket-limits.ts";
import type { CompleteOutcome, Upload } from "../../ports/bucket-store.ts";
import {
  checkSums,
  checksumElements,
  checksumHeaders,
  checksumTypes,
  combineSums,
  headerOf,
  readChecksumKind,
} from "./checksums.ts";
import { preconditionFailed, unmetCondition, wantsObject, writeCondition } from "./conditions.ts";
import { readCopySource } from "./copy-source.ts";
import { readAttributes } from "./object-headers.ts";
import { headOf } from "./read-objects.ts";
import { s3Error } from "./s3-error.ts";
import {
  emptyAnswer,
  isoTime,
  quoted,
  unquoted,
  xmlAnswer,
  type ObjectOperation,
  type ObjectRequest,
  type S3FaceOptions,
} from "./s3-request.ts";
import { childrenOf, readXml, textOf } from "./xml-reader.ts";

export const createUpload: ObjectOperation = async ({ bucket, key, headers }, { buckets }) => {
  const checksums = readChecksumKind(headers);
  const uploadId = await buckets.createUpload(bucket, key, {
    ...readAttributes(headers),
    ...(checksums !== undefined && { checksums }),
  });
  return xmlAnswer(
    "InitiateMultipartUploadResult",
    { Bucket: bucket, Key: key, UploadId: uploadId },
    checksums === undefined
      ? {}
      : {
          "x-amz-checksum-algorithm": checksums.algorithm,
          "x-amz-checksum-type": checksumTypes[checksums.of],
        },
  );
};

export const uploadPart: ObjectOperation = async (request, { buckets }) => {
  const { bucket, headers, body } = request;
  const { uploadId, partNumber } = readPart(request);
  const upload = await findUpload(request, buckets);
  const { checksums } = upload.attributes;
  // What the upload is to have of every part is computed where a client does not say it.
  const wanted =
    checksums !== undefined && headers[headerOf(checksums.algorithm)] === undefined
      ? { "x-amz-sdk-checksum-algorithm": checksums.algorithm }
      : {};
  const checksum = checkSums({ ...headers, ...wanted }, body);
  const part = await buckets.putPart(bucket, uploadId, {
    partNumber,
    bytes: body,
    ...(checksum !== undefined && { checksum }),
  });
  if (part === undefined) throw s3Error("NoSuchUpload", { UploadId: uploadId });
  const { "x-amz-checksum-type": _type, ...sums } = checksumHeaders(checksum);
  return emptyAnswer(200, { etag: quoted(part.etag), ...sums });
};

export const copyPart: ObjectOperation = async (request, options) => {
  const { bucket, headers } = request;
  const { uploadId, partNumber } = readPart(request);
  await findUpload(request, options.buckets);
  const from = readCopySource(headers, options);
  const source = await headOf(from, options);
  if (!wantsObject(headers, source, "x-amz-copy-source-"))
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
  const range = readCopyRange(headers["x-amz-copy-source-range"], source.sizeBytes);
  const part = await options.buckets.copyPart(bucket, uploadId, { partNumber, from, ...range });
  if (part === undefined) throw s3Error("NoSuchUpload", { UploadId: uploadId });
  return xmlAnswer("CopyPartResult", { LastModified: isoTime(part.modifiedAtMs), ETag: quoted(part.etag) });
};

/** Only whole ranges that are there (documented). */
function readCopyRange(
  header: string | undefined,
  sizeBytes: number,
): { readonly range?: { readonly from: number; readonly to: number } } {
  if (header === undefined) return {};
  const { first, last } = /^bytes=(?<first>\d+)-(?<last>\d+)$/.exec(header)?.groups ?? {};
  const range = { from: Number(first), to: Number(last) + 1 };
  if (first !== undefined && range.from < range.to && range.to <= sizeBytes) return { range };
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: "x-amz-copy-source-range", ArgumentValue: header },
    `Range specified is not valid for source object of size: ${sizeBytes}`,
  );
}

export const completeUpload: ObjectOperation = async (request, { buckets }) => {
  const { bucket, key, headers, body } = request;
  const asked = readCompletion(body);
  const upload = await findUpload(request, buckets);
  const { checksums } = upload.attributes;
  const named = asked.map(({ partNumber }) => upload.parts.find((part) => part.partNumber === partNumber));
  const parts = named.flatMap((part) => (part === undefined ? [] : [part]));
  const checksum = checksums && combineSums(checksums, parts);
  const given = checksum && headers[headerOf(checksum.algorithm)];
  if (checksum !== undefined && given !== undefined && given !== checksum.value)
    throw s3Error(
      "BadDigest",
      {},
      `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    );
  const condition = writeCondition(headers);
  const outcome = await buckets.completeUpload(bucket, upload.uploadId, {
    parts: asked,
    ...(checksum !== undefined && { checksum }),
    ...(condition !== undefined && { condition }),
  });
  if (outcome.outcome === "unmet") throw unmetCondition(condition, key, outcome.found);
  if (outcome.outcome !== "put") throw failedCompletion(outcome, upload.uploadId);
  return xmlAnswer("CompleteMultipartUploadResult", {
    Location: locationOf(request),
    Bucket: bucket,
    Key: key,
    ETag: quoted(outcome.facts.etag),
    ...checksumElements(checksum),
    ...(checksum !== undefined && { ChecksumType: checksumTypes[checksum.of] }),
  });
};

/** Where the object is for whoever asked: at the port that it has here, or at its name on AWS. */
function locationOf({ bucket, key, host, headers }: ObjectRequest): string {
  const path = bucketOfHost(host) === undefined ? `/${bucket}/` : "/";
  return `${isAwsHost(host) ? "https" : "http"}://${headers.host ?? host}${path}${encodeURIComponent(key)}`;
}

function failedCompletion(
  outcome: Exclude<CompleteOutcome, { readonly outcome: "put" | "unmet" }>,
  uploadId: string,
): Error {
  switch (outcome.outcome) {
    case "no-upload":
      return s3Error("NoSuchUpload", { UploadId: uploadId });
    case "parts-not-in-order":
      return s3Error("InvalidPartOrder", { UploadId: uploadId });
    case "no-part":
      return s3Error("InvalidPart", { UploadId: uploadId, PartNumber: outcome.partNumber });
    case "part-too-small": {
      const { sizeBytes, partNumber, etag } = outcome.part;
      return s3Error("EntityTooSmall", {
        ProposedSize: sizeBytes,
        MinSizeAllowed: 5_242_880,
        PartNumber: partNumber,
        ETag: etag,
      });
    }
  }
}

export const abortUpload: ObjectOperation = async (request, { buckets }) => {
  const { uploadId } = await findUpload(request, buckets);
  await buckets.abortUpload(request.bucket, uploadId);
  return emptyAnswer(204);
};

/** Throws `NoSuchUpload`. */
export async function findUpload(
  { bucket, key, query }: ObjectRequest,
  buckets: S3FaceOptions["buckets"],
): Promise<Upload> {
  const uploadId = query.get("uploadId") ?? "";
  const upload = await buckets.getUpload(bucket, uploadId);
  if (upload?.key === key) return upload;
  throw s3Error("NoSuchUpload", { UploadId: uploadId });
}

function readPart({ query }: ObjectRequest): { readonly uploadId: string; readonly partNumber: number } {
  const text = query.get("partNumber") ?? "";
  const partNumber = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= maximumPartNumber)
    return { uploadId: query.get("uploadId") ?? "", partNumber };
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: "partNumber", ArgumentValue: text },
    `Part number must be an integer between 1 and ${maximumPartNumber}, inclusive`,
  );
}

function readCompletion(body: Uint8Array): readonly { readonly partNumber: number; readonly etag: string }[] {
  const request = readXml(body);
  const parts = childrenOf(request, "Part").map((part) => ({
    partNumber: Number(textOf(part, "PartNumber")?.trim() ?? Number.NaN),
    etag: unquoted(textOf(part, "ETag")?.trim() ?? ""),
  }));
  const isSound = parts.every(({ partNumber }) => Number.isInteger(partNumber));
  if (request.name !== "CompleteMultipartUpload" || parts.length === 0 || !isSound)
    throw s3Error("MalformedXML");
  return parts;
}
