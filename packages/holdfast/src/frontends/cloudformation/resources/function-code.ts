import path from "node:path";
import type { CodeSource, ResolvedResource } from "./draft.ts";
import type { Properties } from "./properties.ts";

/**
 * Where the code of a function (`Code`) is, or the contents of a layer (`Content`): a path, text, or a place in a
 * bucket. Of CDK's assets, which would be in a bucket, the metadata or a hash in the name tell where they still are.
 */
export function readCodeSource(
  properties: Properties,
  name: "Code" | "Content",
  { metadata, home }: ResolvedResource,
): CodeSource | undefined {
  const local = (file: string): CodeSource => ({ kind: "local", path: path.resolve(home.folder, file) });
  const written = properties.value[name];
  if (typeof written === "string")
    return written.startsWith("s3://") ? { kind: "remote", uri: written } : local(written);
  const code = properties.object(name);
  if (code === undefined) return undefined;
  const asset = metadata["aws:asset:path"];
  if (typeof asset === "string" && metadata["aws:asset:property"] === name) return local(asset);
  if (code.has("ZipFile")) {
    const text = code.text("ZipFile");
    return text === undefined ? undefined : { kind: "inline", text };
  }
  const [bucket, key] = [code.text("S3Bucket"), code.text("S3Key")];
  if (bucket !== undefined && key !== undefined) {
    const found = home.assets.get(assetHash(key) ?? "");
    return found === undefined ? { kind: "remote", uri: `s3://${bucket}/${key}` } : local(found);
  }
  // Half of a place in a bucket: the other half is what is missing.
  if (code.has("S3Bucket") || code.has("S3Key")) code.require("S3Bucket", "S3Key");
  else properties.refuse(name, "says nowhere that there is code: give S3Bucket and S3Key, or ZipFile");
  return undefined;
}

/** `0123….zip`: CDK names assets by their hash. */
export function assetHash(key: string): string | undefined {
  return /([0-9a-f]{64})(?:\.\w+)*$/.exec(key)?.[1];
}
