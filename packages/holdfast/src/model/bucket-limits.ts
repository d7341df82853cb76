import { HoldfastError } from "../base/errors.ts";

const mebibyte = 1024 * 1024;

/** The longest key: S3's bound. */
export const maximumObjectKeyBytes = 1_024;
/**
 * Of an object that a handler puts or gets through `app.bucket`: it crosses to the function's process as base64 in one
 * message, where this much fits with room to spare.
 */
export const maximumObjectBytes = 16 * mebibyte;
/** Of an object put at once, or a part of one, by other ways: both are held whole in memory. S3 takes 5 GiB. */
export const maximumPutBytes = 64 * mebibyte;
/** Of an object read at once, which is held whole in memory; more is read in ranges. */
export const maximumReadBytes = 256 * mebibyte;
/** Of an object that was put in parts, or copied. S3 takes 50 TB. */
export const maximumStoredObjectBytes = 5 * 1024 * mebibyte;
/** S3's bounds for a page of a listing and for keys deleted at once. */
export const maximumListedObjects = 1_000;
export const maximumDeletedKeys = 1_000;
/** S3's bounds for parts; the last may be smaller. */
export const maximumPartNumber = 10_000;
export const minimumPartBytes = 5 * mebibyte;
/** Of all buckets, begun and not complete. */
export const maximumUploads = 1_000;
/** S3 keeps them for ever, unless a rule of the bucket says otherwise. */
export const uploadLifetimeMs = 7 * 24 * 60 * 60 * 1000;
export const maximumContentTypeCharacters = 256;
/** Of one other thing that is said of an object. */
export const maximumAttributeCharacters = 1_024;
/** S3's bounds for the user's own metadata and for tags. */
export const maximumMetadataBytes = 2 * 1_024;
export const maximumTags = 10;
export const maximumTagKeyCharacters = 128;
export const maximumTagValueCharacters = 256;
export const defaultContentType = "application/octet-stream";

/** Throws `OBJECT_TOO_LARGE`. */
export function checkObjectSize(bytes: Uint8Array, maximumBytes: number = maximumObjectBytes): void {
  if (bytes.byteLength > maximumBytes) throw objectTooLarge(bytes.byteLength, maximumBytes);
}

export function objectTooLarge(sizeBytes: number, maximumBytes: number): HoldfastError {
  return new HoldfastError(
    "OBJECT_TOO_LARGE",
    `The object has ${sizeBytes} bytes; ${maximumBytes} are allowed`,
  );
}
