import { bucketOfHost } from "../../model/bucket-hosts.ts";
import { s3Error } from "./s3-error.ts";

export interface BucketAddress {
  /** Absent where all buckets are meant. */
  readonly bucket?: string;
  /** Absent where the bucket is meant. */
  readonly key?: string;
}

/**
 * What a request is about: in the path, `/{bucket}/{key}`, or with the bucket in the host's name, as SDKs do unless they
 * are told otherwise. Throws `InvalidURI`.
 */
export function readBucketAddress(host: string, target: string): BucketAddress {
  const path = target.split("?", 1)[0] ?? "";
  const inHost = bucketOfHost(host);
  const [, first = "", rest = ""] = /^\/?(?<first>[^/]*)\/?(?<rest>[^]*)$/.exec(path) ?? [];
  const bucket = inHost ?? decodePath(first);
  const key = decodePath(inHost === undefined ? rest : path.replace(/^\//, ""));
  return { ...(bucket !== "" && { bucket }), ...(bucket !== "" && key !== "" && { key }) };
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error("InvalidURI");
  }
}
