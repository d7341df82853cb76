import { getSetting, getLocation, headBucket, notImplemented, settingOf } from "./bucket-calls.ts";
import { getCors } from "./cors.ts";
import { deleteObjects } from "./delete-objects.ts";
import { listObjects, listObjectsV2, listObjectVersions } from "./list-objects.ts";
import { listParts, listUploads } from "./list-uploads.ts";
import { deleteTagging, getAcl, getAttributes, getTagging, putAcl, putTagging } from "./object-calls.ts";
import { getObject, headObject } from "./read-objects.ts";
import { s3Error } from "./s3-error.ts";
import type { BucketOperation, BucketRequest, ObjectOperation, ObjectRequest } from "./s3-request.ts";
import { getWebsite } from "./website.ts";
import { abortUpload, completeUpload, copyPart, createUpload, uploadPart } from "./uploads.ts";
import { copyObject, deleteObject, putObject } from "./write-objects.ts";

/** What exists only where it is switched on for a bucket, which nothing here does. */
const absent = ["torrent", "retention", "legal-hold", "restore", "select", "renameObject", "encryption"];

/** By method, and by what the query names. Throws `NotImplemented` or `MethodNotAllowed`. */
export function chooseObjectOperation({ method, query, headers }: ObjectRequest): ObjectOperation {
  const name = absent.find((one) => query.has(one));
  if (name !== undefined) throw notImplemented(`${method} of an object, ?${name}`);
  const version = query.get("versionId");
  if (version !== null && version !== "null") throw s3Error("NoSuchVersion", { VersionId: version });
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  switch (method) {
    case "GET":
      if (query.has("uploadId")) return listParts;
      if (query.has("tagging")) return getTagging;
      if (query.has("acl")) return getAcl;
      return query.has("attributes") ? getAttributes : getObject;
    case "HEAD":
      return headObject;
    case "PUT":
      if (query.has("uploadId")) return isCopy ? copyPart : uploadPart;
      if (query.has("tagging")) return putTagging;
      if (query.has("acl")) return putAcl;
      return isCopy ? copyObject : putObject;
    case "DELETE":
      if (query.has("uploadId")) return abortUpload;
      return query.has("tagging") ? deleteTagging : deleteObject;
    case "POST":
      if (query.has("uploads")) return createUpload;
      if (query.has("uploadId")) return completeUpload;
      throw notImplemented("POST of an object");
    default:
      throw s3Error("MethodNotAllowed", { Method: method, ResourceType: "OBJECT" });
  }
}

export function chooseBucketOperation({ method, query }: BucketRequest): BucketOperation {
  const setting = settingOf(query);
  switch (method) {
    case "GET":
      if (query.has("location")) return getLocation;
      if (query.has("cors")) return getCors;
      if (query.has("website")) return getWebsite;
      if (query.has("uploads")) return listUploads;
      if (query.has("versions")) return listObjectVersions;
      if (setting !== undefined) return async (_, options) => getSetting(setting, options);
      return query.get("list-type") === "2" ? listObjectsV2 : listObjects;
    case "HEAD":
      return headBucket;
    case "POST":
      if (query.has("delete")) return deleteObjects;
      throw notImplemented("forms that browsers post");
    case "PUT":
    case "DELETE":
      throw notImplemented(
        `${method} of ${setting === undefined ? "a bucket" : `a bucket's ${setting}`}: the app or its template says what its buckets are`,
      );
    default:
      throw s3Error("MethodNotAllowed", { Method: method, ResourceType: "BUCKET" });
  }
}
