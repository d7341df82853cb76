import { HoldfastError } from "../base/errors.ts";
import { isRecord } from "../base/is-record.ts";
import {
  defaultContentType,
  maximumAttributeCharacters,
  maximumContentTypeCharacters,
  maximumMetadataBytes,
  maximumTagKeyCharacters,
  maximumTags,
  maximumTagValueCharacters,
} from "../model/bucket-limits.ts";
import type {
  ObjectAttributes,
  ObjectChecksum,
  ObjectCopy,
  ObjectFacts,
  ObjectTags,
  UploadAttributes,
  UploadFacts,
} from "../ports/bucket-store.ts";

export type CheckedAttributes = ObjectAttributes & { readonly contentType: string };

/** What only uploads have is kept as it is. */
export function checkAttributes<Attributes extends ObjectAttributes | UploadAttributes>(
  attributes: Attributes,
): Attributes & { readonly contentType: string } {
  const { contentType = defaultContentType, ...others } = attributes;
  checkText(contentType, "content type", maximumContentTypeCharacters);
  for (const name of texts) {
    if (attributes[name] !== undefined) checkText(attributes[name], name, maximumAttributeCharacters);
  }
  checkMetadata(attributes.metadata);
  checkTags(attributes.tags);
  return { ...withoutUndefined<Attributes>(others as Attributes), contentType };
}

const texts = [
  "contentEncoding",
  "contentLanguage",
  "contentDisposition",
  "cacheControl",
  "expires",
  "storageClass",
  "websiteRedirect",
] as const;

export function checkTags(tags: ObjectTags | undefined): void {
  if (tags === undefined) return;
  const entries = Object.entries(tags);
  if (entries.length > maximumTags) throw bucketRequestInvalid(`An object has at most ${maximumTags} tags`);
  for (const [key, value] of entries) {
    if (typeof value !== "string" || !key.isWellFormed() || !value.isWellFormed())
      throw bucketRequestInvalid("Tags are well-formed texts by their names");
    if (key === "" || key.length > maximumTagKeyCharacters || value.length > maximumTagValueCharacters) {
      throw bucketRequestInvalid(
        `A tag's name has 1 to ${maximumTagKeyCharacters} characters and its value up to ${maximumTagValueCharacters}`,
      );
    }
  }
}

function checkMetadata(metadata: ObjectAttributes["metadata"]): void {
  if (metadata === undefined) return;
  if (!isRecord(metadata)) throw bucketRequestInvalid("Metadata is texts by their names");
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== "string" || !value.isWellFormed() || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      throw bucketRequestInvalid("Metadata is texts by names that could be those of headers, in lower case");
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > maximumMetadataBytes) {
    throw bucketRequestInvalid(
      `The object's metadata has ${bytes} bytes; ${maximumMetadataBytes} are allowed`,
    );
  }
}

/** It becomes a header of HTTP answers. */
function checkText(text: unknown, title: string, maximumCharacters: number): void {
  if (
    typeof text !== "string" ||
    text.length > maximumCharacters ||
    !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
  ) {
    throw bucketRequestInvalid(
      `An object's ${title} is 1 to ${maximumCharacters} printable ASCII characters, without spaces around`,
    );
  }
}

function attributesOf(facts: ObjectFacts): CheckedAttributes {
  const { key: _key, sizeBytes: _size, etag: _etag, modifiedAtMs: _modified, ...attributes } = facts;
  return attributes;
}

/** Those of a copy of an object. */
export function attributesOfCopy(copy: ObjectCopy, source: ObjectFacts): CheckedAttributes {
  checkTags(copy.tags);
  const attributes = checkAttributes(copy.attributes ?? attributesOf(source));
  return withoutUndefined<CheckedAttributes>({
    ...attributes,
    checksum: attributes.checksum ?? source.checksum,
    tags: copy.tags ?? attributes.tags,
  });
}

/** Those of the object that an upload becomes. */
export function attributesOfUpload(upload: UploadFacts, checksum?: ObjectChecksum): CheckedAttributes {
  const { checksums: _checksums, contentType = defaultContentType, ...attributes } = upload.attributes;
  return { ...attributes, contentType, ...(checksum !== undefined && { checksum }) };
}

function withoutUndefined<Value extends object>(value: {
  readonly [Name in keyof Value]: Value[Name] | undefined;
}): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}

export function bucketRequestInvalid(message: string): HoldfastError {
  return new HoldfastError("BUCKET_REQUEST_INVALID", message);
}
