import { HoldfastError } from "../base/errors.ts";
import {
  checkObjectSize,
  defaultContentType,
  maximumContentTypeCharacters,
  maximumDeletedKeys,
  maximumListedObjects,
  maximumObjectKeyBytes,
} from "../model/bucket-limits.ts";
import type { ListRequest, NewObject } from "../ports/bucket-store.ts";

// Requests may come from untyped code, so that types are looked at too.

export function bucketRequestInvalid(message: string): HoldfastError {
  return new HoldfastError("BUCKET_REQUEST_INVALID", message);
}

export function checkBucketNames(names: readonly string[]): readonly string[] {
  if (!Array.isArray(names)) throw bucketRequestInvalid("Buckets are defined by a list of names");
  for (const name of names) {
    if (typeof name !== "string" || !/^[A-Za-z0-9][\w-]{0,63}$/.test(name)) {
      throw bucketRequestInvalid(
        `A bucket's name is 1 to 64 letters, digits, - and _, and begins with a letter or digit, not ${JSON.stringify(name)}`,
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
export function checkObject(object: NewObject): Required<NewObject> {
  const { bytes, contentType = defaultContentType } = object ?? {};
  if (!(bytes instanceof Uint8Array)) throw bucketRequestInvalid("An object's bytes are a Uint8Array");
  checkObjectSize(bytes);
  // It becomes a header of HTTP answers.
  if (
    typeof contentType !== "string" ||
    contentType.length > maximumContentTypeCharacters ||
    !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(contentType)
  ) {
    throw bucketRequestInvalid(
      `A content type is 1 to ${maximumContentTypeCharacters} printable ASCII characters, without spaces around`,
    );
  }
  return { bytes, contentType };
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
