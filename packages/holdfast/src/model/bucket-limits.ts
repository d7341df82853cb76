/** The longest key: S3's bound. */
export const maximumObjectKeyBytes = 1_024;
/** S3 takes more; objects here are held whole in memory on their way. */
export const maximumObjectBytes = 64 * 1024 * 1024;
/** S3's bounds for a page of a listing and for keys deleted at once. */
export const maximumListedObjects = 1_000;
export const maximumDeletedKeys = 1_000;
export const maximumContentTypeCharacters = 256;
export const defaultContentType = "application/octet-stream";
