import { maximumListedObjects } from "../../model/bucket-limits.ts";
import type { ObjectFacts } from "../../ports/bucket-store.ts";
import { FlatList, type XmlValue } from "../xml.ts";
import { checksumTypes } from "./checksums.ts";
import { s3Error } from "./s3-error.ts";
import {
  encoderOf,
  isoTime,
  numberOf,
  ownerOf,
  quoted,
  xmlAnswer,
  type BucketOperation,
  type BucketRequest,
  type S3FaceOptions,
} from "./s3-request.ts";
import { walkKeys, type Found } from "./walk-keys.ts";

/** Version 1: the next page begins behind a key. */
export const listObjects: BucketOperation = async (request, options) => {
  const { query, bucket } = request;
  const listing = readListing(request);
  const marker = query.get("marker") ?? "";
  const found = await walkKeys(options.buckets, bucket, { ...listing, after: marker });
  const { encode } = listing;
  return xmlAnswer("ListBucketResult", {
    Name: bucket,
    Prefix: encode(listing.prefix),
    Marker: encode(marker),
    // Without a delimiter the last key is the next marker (documented).
    ...(found.next !== undefined && listing.delimiter !== "" && { NextMarker: encode(found.next) }),
    ...elementsOf(found, { ...listing, owner: ownerOf(options) }),
  });
};

/** Version 2: the next page begins behind what a token says. */
export const listObjectsV2: BucketOperation = async (request, options) => {
  const { query, bucket } = request;
  const listing = readListing(request);
  const token = query.get("continuation-token") ?? undefined;
  const startAfter = query.get("start-after") ?? undefined;
  const after = token === undefined ? (startAfter ?? "") : fromToken(token);
  const found = await walkKeys(options.buckets, bucket, { ...listing, after });
  const { encode } = listing;
  return xmlAnswer("ListBucketResult", {
    Name: bucket,
    Prefix: encode(listing.prefix),
    ...(startAfter !== undefined && { StartAfter: encode(startAfter) }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(found.next !== undefined && { NextContinuationToken: toToken(found.next) }),
    KeyCount: found.objects.length + found.commonPrefixes.length,
    ...elementsOf(found, {
      ...listing,
      ...(query.get("fetch-owner") === "true" && { owner: ownerOf(options) }),
    }),
  });
};

interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  /** As it was asked for. */
  readonly maximum: number;
  /** As it is kept to. */
  readonly limit: number;
  readonly encode: (text: string) => string;
  readonly encoding: string | null;
  readonly owner?: ReturnType<typeof ownerOf>;
}

function readListing({ query }: BucketRequest): Listing {
  const maximum = numberOf(query, "max-keys", maximumListedObjects);
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maximum,
    limit: Math.min(maximum, maximumListedObjects),
    encode: encoderOf(query),
    encoding: query.get("encoding-type"),
  };
}

function elementsOf({ objects, commonPrefixes, next }: Found, listing: Listing): Record<string, XmlValue> {
  const { encode, delimiter, encoding, limit } = listing;
  return {
    MaxKeys: limit,
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(encoding !== null && { EncodingType: encoding }),
    IsTruncated: next !== undefined,
    Contents: new FlatList(objects.map((facts) => contentOf(facts, listing))),
    CommonPrefixes: new FlatList(commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) }))),
  };
}

function contentOf(
  { key, modifiedAtMs, etag, sizeBytes, storageClass = "STANDARD", checksum }: ObjectFacts,
  { encode, owner }: Listing,
): Record<string, XmlValue> {
  return {
    Key: encode(key),
    LastModified: isoTime(modifiedAtMs),
    ETag: quoted(etag),
    ...(checksum !== undefined && {
      ChecksumAlgorithm: checksum.algorithm,
      ChecksumType: checksumTypes[checksum.of],
    }),
    Size: sizeBytes,
    ...(owner !== undefined && { Owner: owner }),
    StorageClass: storageClass,
  };
}

/** Of more than what is readable, so that nobody comes to rely on what it holds. */
function toToken(key: string): string {
  return Buffer.from(`1${key}`).toString("base64");
}

function fromToken(token: string): string {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (text.startsWith("1") && toToken(text.slice(1)) === token) return text.slice(1);
  throw s3Error(
    "InvalidArgument",
    { ArgumentName: "continuation-token" },
    "The continuation token provided is incorrect",
  );
}

/** Without versions each object is its only one, called null (documented). */
export const listObjectVersions: BucketOperation = async (request, options: S3FaceOptions) => {
  const { query, bucket } = request;
  const listing = readListing(request);
  const { encode } = listing;
  const marker = query.get("key-marker") ?? "";
  const found = await walkKeys(options.buckets, bucket, { ...listing, after: marker });
  const { Contents: _contents, ...elements } = elementsOf(found, listing);
  return xmlAnswer("ListVersionsResult", {
    Name: bucket,
    Prefix: encode(listing.prefix),
    KeyMarker: encode(marker),
    VersionIdMarker: "",
    ...(found.next !== undefined && { NextKeyMarker: encode(found.next), NextVersionIdMarker: "null" }),
    ...elements,
    Version: new FlatList(
      found.objects.map((facts) => ({
        ...contentOf(facts, { ...listing, owner: ownerOf(options) }),
        VersionId: "null",
        IsLatest: true,
      })),
    ),
  });
};
