import { maximumListedObjects } from "../../model/bucket-limits.ts";
import { FlatList } from "../xml.ts";
import { checksumElements, checksumTypes } from "./checksums.ts";
import {
  encoderOf,
  isoTime,
  numberOf,
  ownerOf,
  quoted,
  xmlAnswer,
  type BucketOperation,
  type ObjectOperation,
} from "./s3-request.ts";
import { findUpload } from "./uploads.ts";

export const listParts: ObjectOperation = async (request, options) => {
  const { bucket, key, query } = request;
  const upload = await findUpload(request, options.buckets);
  const marker = numberOf(query, "part-number-marker", 0);
  const maximum = Math.min(numberOf(query, "max-parts", maximumListedObjects), maximumListedObjects);
  const encode = encoderOf(query);
  const behind = upload.parts.filter(({ partNumber }) => partNumber > marker);
  const parts = behind.slice(0, maximum);
  const { storageClass = "STANDARD", checksums } = upload.attributes;
  return xmlAnswer("ListPartsResult", {
    Bucket: bucket,
    Key: encode(key),
    UploadId: upload.uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.partNumber ?? 0,
    MaxParts: maximum,
    IsTruncated: behind.length > parts.length,
    ...(checksums !== undefined && {
      ChecksumAlgorithm: checksums.algorithm,
      ChecksumType: checksumTypes[checksums.of],
    }),
    Part: new FlatList(
      parts.map(({ partNumber, modifiedAtMs, etag, sizeBytes, checksum }) => ({
        PartNumber: partNumber,
        LastModified: isoTime(modifiedAtMs),
        ETag: quoted(etag),
        Size: sizeBytes,
        ...checksumElements(checksum),
      })),
    ),
    Initiator: ownerOf(options),
    Owner: ownerOf(options),
    StorageClass: storageClass,
  });
};

export const listUploads: BucketOperation = async ({ bucket, query }, options) => {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = query.get("upload-id-marker") ?? "";
  const maximum = Math.min(numberOf(query, "max-uploads", maximumListedObjects), maximumListedObjects);
  const encode = encoderOf(query);
  const all = (await options.buckets.listUploads(bucket)).filter(({ key }) => key.startsWith(prefix));
  const at = idMarker === "" ? -1 : all.findIndex(({ uploadId }) => uploadId === idMarker);
  const isAfter = (key: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0;
  const behind = at < 0 ? all.filter(({ key }) => isAfter(key)) : all.slice(at + 1);
  const folded = Map.groupBy(behind, ({ key, uploadId }) => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? uploadId : key.slice(0, end + delimiter.length);
  });
  const groups = [...folded].slice(0, maximum);
  const shown = groups.flatMap(([name, [upload]]) => (upload?.uploadId === name ? [upload] : []));
  const commonPrefixes = groups.flatMap(([name, [upload]]) => (upload?.uploadId === name ? [] : [name]));
  const last = groups.at(-1)?.[1].at(-1);
  const isTruncated = folded.size > groups.length;
  return xmlAnswer("ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(isTruncated &&
      last !== undefined && { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.uploadId }),
    Prefix: encode(prefix),
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    MaxUploads: maximum,
    IsTruncated: isTruncated,
    Upload: new FlatList(
      shown.map(({ key, uploadId, startedAtMs, attributes: { storageClass = "STANDARD" } }) => ({
        Key: encode(key),
        UploadId: uploadId,
        Initiator: ownerOf(options),
        Owner: ownerOf(options),
        StorageClass: storageClass,
        Initiated: isoTime(startedAtMs),
      })),
    ),
    CommonPrefixes: new FlatList(commonPrefixes.map((name) => ({ Prefix: encode(name) }))),
  });
};
