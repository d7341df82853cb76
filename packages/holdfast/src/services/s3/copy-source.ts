import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import type { ObjectSource } from "../../ports/bucket-store.ts";
import { s3Error } from "./s3-error.ts";
import type { S3FaceOptions } from "./s3-request.ts";

/** Of `x-amz-copy-source`: `/bucket/key`, encoded as in a URL. Throws `InvalidArgument` or `NoSuchBucket`. */
export function readCopySource(
  headers: AwsServiceRequest["headers"],
  { model }: Pick<S3FaceOptions, "model">,
): ObjectSource {
  const text = headers["x-amz-copy-source"] ?? "";
  const [path = "", version] = text.split("?versionId=");
  const source = /^\/?(?<bucket>[^/]+)\/(?<key>[^]+)$/.exec(decode(path))?.groups;
  if (source?.bucket === undefined || source.key === undefined) throw invalidSource(text);
  if (version !== undefined && version !== "null") throw s3Error("NoSuchVersion");
  if (model()?.buckets.some(({ name }) => name === source.bucket) !== true)
    throw s3Error("NoSuchBucket", { BucketName: source.bucket });
  return { bucket: source.bucket, key: source.key };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource(path);
  }
}

function invalidSource(text: string): Error {
  return s3Error(
    "InvalidArgument",
    { ArgumentName: "x-amz-copy-source", ArgumentValue: text },
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
  );
}
