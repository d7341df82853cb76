/**
 * Buckets of objects. Implementations pass `test/contract/bucket-store.ts`; the memory store is the reference. Duties:
 * - A reader meets an object whole, as it was or as it is: never half of a put.
 * - What is acknowledged survives kill -9 (save in memory stores): objects, uploads and their parts.
 * - Keys are any text of 1 to 1,024 UTF-8 bytes (S3's bound), told apart by every byte; none reaches outside its bucket.
 * - Listing is in the order of the keys' UTF-8 bytes.
 * - A condition is looked at in the same step as its write: of two that both want nothing there, one wins.
 * - Sizes are those of `model/bucket-limits.ts`. Uploads that nobody completes go after a week.
 *
 * Every call may reject with `BUCKET_REQUEST_INVALID` (unknown bucket, bad key, bad page), `OBJECT_TOO_LARGE`,
 * `STORE_OVERLOADED`, `STATE_NOT_WRITABLE` or `STORE_FAILED`.
 */
export interface BucketStore extends MultipartUploads {
  /** Makes the buckets exist; those that are not named stay. */
  define(buckets: readonly string[]): Promise<void>;

  /** Whole, or the bytes of a range: no more than those are read. Rejects with `OBJECT_TOO_LARGE` above 256 MiB. */
  get(bucket: string, key: string, range?: ByteRange): Promise<StoredObject | undefined>;

  /** What `get` would say of the object, without its bytes. */
  head(bucket: string, key: string): Promise<ObjectFacts | undefined>;

  /** Stores the object in place of the one with its key. */
  put(bucket: string, key: string, object: NewObject): Promise<ObjectFacts>;

  /** As `put`, where what is there meets the condition. */
  putIf(bucket: string, key: string, object: NewObject, condition: ObjectCondition): Promise<PutOutcome>;

  /** Stores what another object, or the same, is now. Resolves with undefined where there is none. */
  copy(bucket: string, key: string, copy: ObjectCopy): Promise<ObjectFacts | undefined>;

  /** Replaces an object's tags, and nothing else of it; that is no change. Undefined where there is no object. */
  setTags(bucket: string, key: string, tags: ObjectTags): Promise<ObjectFacts | undefined>;

  /** Removes what is there; resolves with the keys that were. */
  delete(bucket: string, keys: readonly string[]): Promise<readonly string[]>;

  list(bucket: string, request: ListRequest): Promise<ObjectPage>;

  /**
   * Calls back with each change, in order of the changes to one key, from now on. The change is acknowledged once a
   * promise that the listener returns has settled. Returns what ends it.
   */
  watch(listener: (change: ObjectChange) => unknown): () => void;

  close(): Promise<void>;
}

/** Objects that come in parts, of 1 to 10,000 numbers. Nothing of them shows as an object until they are complete. */
export interface MultipartUploads {
  /** Begins one, and resolves with its id. What is said of the object here is what it will have. */
  createUpload(bucket: string, key: string, attributes: UploadAttributes): Promise<string>;

  /** In place of the part with its number. Undefined where there is no such upload. */
  putPart(bucket: string, uploadId: string, part: NewPart): Promise<PartFacts | undefined>;

  /** A part of what an object holds, whole or a range of it. Undefined where there is no such upload or object. */
  copyPart(bucket: string, uploadId: string, part: PartCopy): Promise<PartFacts | undefined>;

  /** With its parts in order of their numbers. */
  getUpload(bucket: string, uploadId: string): Promise<Upload | undefined>;

  /** All of a bucket, at most 1,000, in the order of their keys, then of their beginning. */
  listUploads(bucket: string): Promise<readonly UploadFacts[]>;

  /** Makes the object of the parts named, in one step, and forgets the upload. */
  completeUpload(bucket: string, uploadId: string, completion: Completion): Promise<CompleteOutcome>;

  /** Whether there was such an upload. */
  abortUpload(bucket: string, uploadId: string): Promise<boolean>;
}

/** What is said of an object beside its bytes. Texts are printable ASCII of at most 1,024 characters. */
export interface ObjectAttributes {
  /** `application/octet-stream` unless given; at most 256 characters. */
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** As the header of that name had it: not looked into. */
  readonly expires?: string;
  /** S3's word, such as `STANDARD_IA`; nothing follows from it. */
  readonly storageClass?: string;
  /** Where web site hosting sends those who ask for the object. */
  readonly websiteRedirect?: string;
  /** The user's own, by names in lower case: at most 2 KB of both (S3's bound). */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: ObjectTags;
  readonly checksum?: ObjectChecksum;
}

/** At most 10, of names of 1 to 128 and values of up to 256 characters (S3's bounds). */
export type ObjectTags = Readonly<Record<string, string>>;

/** A sum that its writer gave, or that was asked for. The store keeps it and checks nothing with it. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** In base64; of a sum of the parts' sums, `-` and their number behind it. */
  readonly value: string;
  /** Of all bytes, or of the sums of the parts. */
  readonly of: "object" | "parts";
}

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

export interface NewObject extends ObjectAttributes {
  /** At most 64 MiB. */
  readonly bytes: Uint8Array;
}

export interface ObjectFacts extends ObjectAttributes {
  readonly key: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** As S3 has it: hexadecimal MD5 of the bytes, or of the parts' MD5s with `-` and the number of parts behind it. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
}

export interface StoredObject extends ObjectFacts {
  readonly bytes: Uint8Array;
}

/** What goes beyond the end of the object is not there: bytes may be fewer, or none. */
export interface ByteRange {
  readonly from: number;
  /** The first that is not meant. */
  readonly to: number;
}

/** That there is no object, or one with this ETag. */
export type ObjectCondition = { readonly isAbsent: true } | { readonly etag: string };

export type PutOutcome =
  | { readonly outcome: "put"; readonly facts: ObjectFacts }
  /** With what is there. */
  | { readonly outcome: "unmet"; readonly found?: ObjectFacts };

export interface ObjectSource {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectCopy {
  readonly from: ObjectSource;
  /** In place of what is said of the one that is copied; its checksum stays where none is given. */
  readonly attributes?: ObjectAttributes;
  /** In place of the tags, wherever the rest comes from. */
  readonly tags?: ObjectTags;
}

export interface UploadAttributes extends Omit<ObjectAttributes, "checksum"> {
  /** How the parts' checksums are to become the object's; the store keeps it. */
  readonly checksums?: Pick<ObjectChecksum, "algorithm" | "of">;
}

export interface NewPart {
  readonly partNumber: number;
  /** At most 64 MiB. */
  readonly bytes: Uint8Array;
  readonly checksum?: ObjectChecksum;
}

export interface PartCopy {
  readonly partNumber: number;
  readonly from: ObjectSource;
  readonly range?: ByteRange;
}

export interface PartFacts {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Hexadecimal MD5. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly checksum?: ObjectChecksum;
}

export interface UploadFacts {
  readonly uploadId: string;
  readonly key: string;
  readonly attributes: UploadAttributes;
  readonly startedAtMs: number;
}

export interface Upload extends UploadFacts {
  readonly parts: readonly PartFacts[];
}

export interface Completion {
  /** In the order of their numbers. */
  readonly parts: readonly Pick<PartFacts, "partNumber" | "etag">[];
  readonly checksum?: ObjectChecksum;
  readonly condition?: ObjectCondition;
}

export type CompleteOutcome =
  | PutOutcome
  | { readonly outcome: "no-upload" }
  | { readonly outcome: "parts-not-in-order" }
  /** One that is not there, or there with another ETag. */
  | { readonly outcome: "no-part"; readonly partNumber: number }
  /** All but the last have at least 5 MiB (S3's bound). */
  | { readonly outcome: "part-too-small"; readonly part: PartFacts };

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
  /** Hexadecimal digits, always as many: of two changes to one key the later has the larger, as text. */
  readonly sequencer: string;
  /** Of a put. */
  readonly facts?: ObjectFacts;
  /** Of a put: at once, from another object, or in parts. */
  readonly how?: "put" | "copy" | "multipart";
}
