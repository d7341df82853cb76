import { maximumMetadataBytes } from "../../model/bucket-limits.ts";
import type { AwsServiceRequest } from "../../ports/aws-services.ts";
import type { ObjectAttributes, ObjectFacts, ObjectTags } from "../../ports/bucket-store.ts";
import { checksumHeaders } from "./checksums.ts";
import { s3Error } from "./s3-error.ts";
import { quoted } from "./s3-request.ts";
import { checkTags } from "./tag-set.ts";

type Headers = AwsServiceRequest["headers"];

/** Of what is said of an object, by the headers that say it. */
const attributeHeaders = {
  "content-type": "contentType",
  "content-encoding": "contentEncoding",
  "content-language": "contentLanguage",
  "content-disposition": "contentDisposition",
  "cache-control": "cacheControl",
  expires: "expires",
  "x-amz-storage-class": "storageClass",
  "x-amz-website-redirect-location": "websiteRedirect",
} as const satisfies Readonly<Record<string, keyof ObjectAttributes>>;

const metadataPrefix = "x-amz-meta-";

/** Throws `MetadataTooLarge` or `InvalidTag`. */
export function readAttributes(headers: Headers): ObjectAttributes {
  const attributes = Object.entries(attributeHeaders).flatMap(([header, name]) => {
    const value = headers[header];
    return value === undefined || value === "" ? [] : [[name, toAscii(value)]];
  });
  const tags = readTagHeader(headers);
  return {
    // What S3 says of objects of which nobody said it (documented).
    contentType: "binary/octet-stream",
    ...(Object.fromEntries(attributes) as ObjectAttributes),
    ...readMetadata(headers),
    ...(tags !== undefined && { tags }),
  };
}

/** In a header tags are as in a form: `a=1&b=2`. Throws `InvalidTag` or `InvalidArgument`. */
export function readTagHeader(headers: Headers): ObjectTags | undefined {
  const text = headers["x-amz-tagging"];
  if (text === undefined) return undefined;
  const pairs = [...new URLSearchParams(text)];
  return pairs.length === 0 ? undefined : checkTags(pairs);
}

function readMetadata(headers: Headers): Pick<ObjectAttributes, "metadata"> {
  const entries = Object.entries(headers)
    .filter(([name]) => name.startsWith(metadataPrefix) && name.length > metadataPrefix.length)
    .map(([name, value]) => [name.slice(metadataPrefix.length), fromLatin1(value)] as const);
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maximumMetadataBytes)
    throw s3Error("MetadataTooLarge", { Size: bytes, MaxSizeAllowed: maximumMetadataBytes });
  return entries.length === 0 ? {} : { metadata: Object.fromEntries(entries) };
}

/** What an object's answer says of it. */
export function factHeaders(
  facts: ObjectFacts,
  { withChecksum }: { readonly withChecksum: boolean },
): Record<string, string> {
  const said = Object.entries(attributeHeaders).flatMap(([header, name]) => {
    const value = facts[name];
    // The usual one is not said (documented).
    return value === undefined || value === "STANDARD" ? [] : [[header, value]];
  });
  const metadata = Object.entries(facts.metadata ?? {}).map(([name, value]) => [
    metadataPrefix + name,
    toHeaderText(value),
  ]);
  const tagCount = Object.keys(facts.tags ?? {}).length;
  return {
    "last-modified": httpDate(facts.modifiedAtMs),
    etag: quoted(facts.etag),
    "accept-ranges": "bytes",
    ...(Object.fromEntries([...said, ...metadata]) as Record<string, string>),
    ...(tagCount > 0 && { "x-amz-tagging-count": String(tagCount) }),
    ...(withChecksum && checksumHeaders(facts.checksum)),
  };
}

export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Headers come as Latin-1, whatever their bytes are; most who send others send UTF-8. */
function fromLatin1(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") ? value : text;
}

/** What no header could say again is not kept. */
function toAscii(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, "?").trim();
}

/** Other than ASCII is encoded as RFC 2047 has it (documented). */
function toHeaderText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
}
