import type { Json } from "../template/template.ts";
import { parseBucketUri } from "./bucket-uri.ts";
import { isObject } from "../template/json-kinds.ts";
import { compact, isIntrinsic } from "./json-values.ts";
import { reportMissing, type SamApp, type SamResource } from "./sam-resource.ts";

/**
 * `CodeUri` and `ContentUri` as `Code` and `Content` have it: an object in a bucket, or the path of a file or folder
 * beside the template as plain text, which is what `aws cloudformation package` takes there.
 */
export function toCode(uri: Json): Json {
  if (typeof uri === "string") {
    const parts = parseBucketUri(uri);
    return parts === undefined ? uri : { S3Bucket: parts.bucket, S3Key: parts.key };
  }
  if (!isObject(uri) || isIntrinsic(uri)) return uri;
  return compact({ S3Bucket: uri.Bucket, S3Key: uri.Key, S3ObjectVersion: uri.Version });
}

/** The function's `Code`; without any, the folder of the template, as `sam build` and `sam package` take it. */
export function readFunctionCode({ properties, path }: SamResource, { problems }: SamApp): Json {
  const { InlineCode, CodeUri, ImageUri, PackageType } = properties;
  if (PackageType === "Image") return compact({ ImageUri });
  for (const name of ["Handler", "Runtime"]) {
    if (properties[name] !== undefined) continue;
    const hint = "Functions need it, in their properties or in Globals, unless their PackageType is Image.";
    reportMissing(problems, [...path, "Properties"], name, hint);
  }
  if (InlineCode !== undefined) return { ZipFile: InlineCode };
  return CodeUri === undefined ? "." : toCode(CodeUri);
}
