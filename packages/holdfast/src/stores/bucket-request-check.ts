import {
  checkObjectSize,
  maximumDeletedKeys,
  maximumListedObjects,
  maximumObjectKeyBytes,
  maximumPartNumber,
  maximumPutBytes,
} from "../model/bucket-limits.ts";
import type { ByteRange, ListRequest, NewObject, NewPart } from "../ports/bucket-store.ts";
import { bucketRequestInvalid, checkAttributes, type CheckedAttributes } from "./object-attributes.ts";

// Requests may come from untyped code, so that types are looked at too.

/** No dot at the end, which some file systems drop, and no two in a row. */
const bucketNamePattern = /^[A-Za-z0-9][\w-]*(?:\.[\w-]+)*$/;

export function checkBucketNames(names: readonly string[]): readonly string[] {
  if (!Array.isArray(names)) throw bucketRequestInvalid("Buckets are defined by a list of names");
  for (const name of names) {
    if (typeof name !== "string" || name.length > 64 || !bucketNamePattern.test(name)) {
      throw bucketRequestInvalid(
        `A bucket's name is 1 to 64 letters, digits, - and _, with single dots between them, and begins with a letter or digit, not ${JSON.stringify(name)}`,
      );
    }
  }
  return names;
}

/** Half a surrogate pair has no UTF-8 bytes: two such keys could not be told apart. */
export function checkKey(key: string): string {
  const length = keyBytes(key, "key");
  if (length === 0 || length > maximumObjectKeyBytes) {
    throw bucketRequestInvalid(`A key has 1 to ${maximumObjectKeyBytes} bytes of UTF-8, not ${length}`);
  }
  return key;
}

/** Each key once, in the order given. */
export function checkKeys(keys: readonly string[]): readonly string[] {
  if (!Array.isArray(keys)) throw bucketRequestInvalid("Objects are deleted by a list of keys");
  if (keys.length > maximumDeletedKeys) {
    throw bucketRequestInvalid(`${keys.length} keys at once; ${maximumDeletedKeys} are allowed`);
  }
  return [...new Set(keys.map(checkKey))];
}

/** The bytes are the caller's still: who keeps them copies them. */
export function checkObject(object: NewObject): {
  readonly bytes: Uint8Array;
  readonly attributes: CheckedAttributes;
} {
  const { bytes, ...attributes } = object ?? {};
  return { bytes: checkBytes(bytes), attributes: checkAttributes(attributes) };
}

function checkBytes(bytes: unknown): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw bucketRequestInvalid("An object's bytes are a Uint8Array");
  checkObjectSize(bytes, maximumPutBytes);
  return bytes;
}

/** The bytes are the caller's still. */
export function checkPart(part: NewPart): NewPart {
  checkPartNumber(part.partNumber);
  checkBytes(part.bytes);
  return part;
}

export function checkPartNumber(partNumber: number): number {
  if (!Number.isSafeInteger(partNumber) || partNumber < 1 || partNumber > maximumPartNumber) {
    throw bucketRequestInvalid(
      `A part's number is a whole number from 1 to ${maximumPartNumber}, not ${partNumber}`,
    );
  }
  return partNumber;
}

export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return;
  const { from, to } = range;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw bucketRequestInvalid(`A range goes from a byte's place to a later one, not from ${from} to ${to}`);
  }
}

/** A range without what is beyond the object's end. */
export function clampRange(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (range === undefined) return { from: 0, to: sizeBytes };
  return { from: Math.min(range.from, sizeBytes), to: Math.min(range.to, sizeBytes) };
}

export interface CheckedListRequest {
  readonly prefix: string;
  /** Empty, which is before every key, unless given. */
  readonly after: string;
  readonly limit: number;
}

export function checkListRequest(request: ListRequest): CheckedListRequest {
  const { prefix = "", after = "", limit = maximumListedObjects } = request ?? {};
  keyBytes(prefix, "prefix");
  keyBytes(after, "place to begin after");
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > maximumListedObjects) {
    throw bucketRequestInvalid(
      `A page's limit is a whole number from 1 to ${maximumListedObjects}, not ${limit}`,
    );
  }
  return { prefix, after, limit };
}

function keyBytes(text: unknown, title: string): number {
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw bucketRequestInvalid(`A ${title} is well-formed text`);
  }
  return Buffer.byteLength(text);
}
