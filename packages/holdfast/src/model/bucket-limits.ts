import { HoldfastError } from "../base/errors.ts";

/** The longest key: S3's bound. */
export const maximumObjectKeyBytes = 1_024;
/**
 * S3 takes more. Objects here are held whole in memory, and cross to a function's process as base64 in one message:
 * this much fits there with room to spare, so that every object that was put can be got.
 */
export const maximumObjectBytes = 16 * 1024 * 1024;
/** S3's bounds for a page of a listing and for keys deleted at once. */
export const maximumListedObjects = 1_000;
export const maximumDeletedKeys = 1_000;
export const maximumContentTypeCharacters = 256;
export const defaultContentType = "application/octet-stream";

/** Throws `OBJECT_TOO_LARGE`. */
export function checkObjectSize(bytes: Uint8Array): void {
  if (bytes.byteLength <= maximumObjectBytes) return;
  throw new HoldfastError(
    "OBJECT_TOO_LARGE",
    `The object has ${bytes.byteLength} bytes; ${maximumObjectBytes} are allowed`,
  );
}
