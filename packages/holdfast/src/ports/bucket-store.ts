/**
 * Buckets of objects. Implementations pass `test/contract/bucket-store.ts`; the memory store is the reference. Duties:
 * - A reader meets an object whole, as it was or as it is: never half of a put.
 * - What is acknowledged survives kill -9 (save in memory stores).
 * - Keys are any text of 1 to 1,024 UTF-8 bytes (S3's bound), told apart by every byte; none reaches outside its bucket.
 * - Listing is in the order of the keys' UTF-8 bytes.
 *
 * Every call may reject with `BUCKET_REQUEST_INVALID` (unknown bucket, bad key, bad page), `OBJECT_TOO_LARGE`,
 * `STORE_OVERLOADED`, `STATE_NOT_WRITABLE` or `STORE_FAILED`.
 */
export interface BucketStore {
  /** Makes the buckets exist; those that are not named stay. */
  define(buckets: readonly string[]): Promise<void>;

  get(bucket: string, key: string): Promise<StoredObject | undefined>;

  /** What `get` would say of the object, without its bytes. */
  head(bucket: string, key: string): Promise<ObjectFacts | undefined>;

  /** Stores the object in place of the one with its key. */
  put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts>;

  /** Removes what is there; resolves with the keys that were. */
  delete(bucket: string, keys: readonly string[]): Promise<readonly string[]>;

  list(bucket: string, request: ListRequest): Promise<ObjectPage>;

  /** Calls back with each change, in order of the changes to one key, from now on. Returns what ends it. */
  watch(listener: (change: ObjectChange) => void): () => void;

  close(): Promise<void>;
}

export interface NewObject {
  readonly bytes: Uint8Array;
  /** `application/octet-stream` unless given. */
  readonly contentType?: string;
}

export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Hexadecimal MD5 of the bytes, as S3 gives it for objects put at once. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
}

export interface StoredObject extends ObjectFacts {
  readonly bytes: Uint8Array;
}

export interface ListRequest {
  readonly prefix?: string;
  /** Begins after this key. */
  readonly after?: string;
  /** 1 to 1,000; 1,000 unless given. */
  readonly limit?: number;
}

export interface ObjectPage {
  readonly objects: readonly ObjectFacts[];
  /** The last key, where more follow. */
  readonly next?: string;
}

export interface ObjectChange {
  readonly kind: "put" | "delete";
  readonly bucket: string;
  readonly key: string;
  /** Of a put. */
  readonly facts?: ObjectFacts;
}
