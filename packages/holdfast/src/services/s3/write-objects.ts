import type { AwsServiceAnswer } from "../../ports/aws-services.ts";
import type { ObjectCopy } from "../../ports/bucket-store.ts";
import { checkSums, checksumElements, checksumHeaders } from "./checksums.ts";
import { preconditionFailed, unmetCondition, wantsObject, writeCondition } from "./conditions.ts";
import { readCopySource } from "./copy-source.ts";
import { readAttributes, readTagHeader } from "./object-headers.ts";
import { headOf } from "./read-objects.ts";
import { s3Error } from "./s3-error.ts";
import {
  emptyAnswer,
  isoTime,
  quoted,
  xmlAnswer,
  type ObjectOperation,
  type ObjectRequest,
} from "./s3-request.ts";

export const putObject: ObjectOperation = async ({ bucket, key, headers, body }, { buckets }) => {
  const checksum = checkSums(headers, body);
  const object = { ...readAttributes(headers), bytes: body, ...(checksum !== undefined && { checksum }) };
  const condition = writeCondition(headers);
  const outcome =
    condition === undefined
      ? ({ outcome: "put", facts: await buckets.put(bucket, key, object) } as const)
      : await buckets.putIf(bucket, key, object, condition);
  if (outcome.outcome === "unmet") throw unmetCondition(condition, key, outcome.found);
  const { etag, sizeBytes } = outcome.facts;
  return emptyAnswer(200, {
    etag: quoted(etag),
    ...checksumHeaders(checksum),
    ...(headers["if-match"] !== undefined && { "x-amz-object-size": String(sizeBytes) }),
  });
};

export const copyObject: ObjectOperation = async (request, options) => {
  const { bucket, key, headers } = request;
  const from = readCopySource(headers, options);
  const source = await headOf(from, options);
  if (!wantsObject(headers, source, "x-amz-copy-source-"))
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
  const copy = readCopy(request, from);
  const copied = await options.buckets.copy(bucket, key, copy);
  if (copied === undefined) throw s3Error("NoSuchKey", { Key: from.key });
  return xmlAnswer("CopyObjectResult", {
    LastModified: isoTime(copied.modifiedAtMs),
    ETag: quoted(copied.etag),
    ...checksumElements(copied.checksum),
  });
};

/** What is said of the copy: what was said of the source, or what the request says (documented). */
function readCopy({ bucket, key, headers }: ObjectRequest, from: ObjectCopy["from"]): ObjectCopy {
  const replaces = readDirective(headers["x-amz-metadata-directive"], "x-amz-metadata-directive");
  const replacesTags = readDirective(headers["x-amz-tagging-directive"], "x-amz-tagging-directive");
  if (from.bucket === bucket && from.key === key && !replaces && !replacesTags && !changesSomething(headers))
    throw s3Error(
      "InvalidRequest",
      {},
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const { tags: _tags, ...attributes } = readAttributes(headers);
  return {
    from,
    ...(replaces && { attributes }),
    ...(replacesTags && { tags: readTagHeader(headers) ?? {} }),
  };
}

function readDirective(text: string | undefined, name: string): boolean {
  if (text === undefined || text === "COPY") return false;
  if (text === "REPLACE") return true;
  const details = { ArgumentName: name, ArgumentValue: text };
  throw s3Error("InvalidArgument", details, "Unknown metadata directive.");
}

function changesSomething(headers: ObjectRequest["headers"]): boolean {
  return ["x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption"].some(
    (name) => headers[name] !== undefined,
  );
}

/** Also where there is nothing: S3 says no more of it. */
export const deleteObject: ObjectOperation = async ({ bucket, key, headers }, options) => {
  if (headers["if-match"] !== undefined) wantsObject(headers, await headOf({ bucket, key }, options));
  await options.buckets.delete(bucket, [key]);
  return deleted;
};

const deleted: AwsServiceAnswer = emptyAnswer(204);
