import { checksumTypes } from "./checksums.ts";
import { headOf } from "./read-objects.ts";
import { s3Error } from "./s3-error.ts";
import { emptyAnswer, xmlAnswer, type ObjectOperation, type ObjectRequest } from "./s3-request.ts";
import { readTagging, tagElements } from "./tag-set.ts";
import { accessControl } from "./access-control.ts";
import { httpDate } from "./object-headers.ts";

export const getTagging: ObjectOperation = async (request, options) => {
  const { tags = {} } = await headOf(request, options);
  return xmlAnswer("Tagging", { TagSet: tagElements(tags) });
};

export const putTagging: ObjectOperation = async ({ bucket, key, body }, { buckets }) => {
  const facts = await buckets.setTags(bucket, key, readTagging(body));
  if (facts === undefined) throw s3Error("NoSuchKey", { Key: key });
  return emptyAnswer(200);
};

export const deleteTagging: ObjectOperation = async ({ bucket, key }, { buckets }) => {
  const facts = await buckets.setTags(bucket, key, {});
  if (facts === undefined) throw s3Error("NoSuchKey", { Key: key });
  return emptyAnswer(204);
};

export const getAcl: ObjectOperation = async (request, options) => {
  await headOf(request, options);
  return accessControl(options);
};

/** All is the account's, whatever a list says: it is taken and left out of account. */
export const putAcl: ObjectOperation = async (request, options) => {
  await headOf(request, options);
  return emptyAnswer(200);
};

export const getAttributes: ObjectOperation = async (request, options) => {
  const facts = await headOf(request, options);
  const wanted = readWanted(request);
  const { checksum, etag, sizeBytes, storageClass = "STANDARD", modifiedAtMs } = facts;
  const parts = /-(?<count>\d+)$/.exec(etag)?.groups?.count;
  return xmlAnswer(
    "GetObjectAttributesResponse",
    {
      ...(wanted.has("ETag") && { ETag: etag }),
      ...(wanted.has("Checksum") &&
        checksum !== undefined && {
          Checksum: {
            [`Checksum${checksum.algorithm}`]: checksum.value,
            ChecksumType: checksumTypes[checksum.of],
          },
        }),
      ...(wanted.has("ObjectParts") && parts !== undefined && { ObjectParts: { PartsCount: Number(parts) } }),
      ...(wanted.has("StorageClass") && { StorageClass: storageClass }),
      ...(wanted.has("ObjectSize") && { ObjectSize: sizeBytes }),
    },
    { "last-modified": httpDate(modifiedAtMs) },
  );
};

function readWanted({ headers }: ObjectRequest): ReadonlySet<string> {
  const names = (headers["x-amz-object-attributes"] ?? "").split(",").map((name) => name.trim());
  if (names.join("") === "")
    throw s3Error(
      "InvalidRequest",
      {},
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
  return new Set(names);
}
