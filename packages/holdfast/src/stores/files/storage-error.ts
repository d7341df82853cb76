import { HoldfastError } from "../../base/errors.ts";

/** What the user can mend: rights, room, and a folder that was removed or has a file in its place. */
const fileSystemCodes: ReadonlySet<string> = new Set([
  "EACCES",
  "EDQUOT",
  "EEXIST",
  "EFBIG",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

/** A fault of the file system while writing, as what the user can do about it; anything else is `STORE_FAILED`. */
export function toStorageError(error: unknown, folder: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && fileSystemCodes.has(code)
    ? new HoldfastError("STATE_NOT_WRITABLE", `The buckets cannot be written: ${folder}`, { cause: error })
    : new HoldfastError("STORE_FAILED", `The buckets could not finish a request: ${folder}`, {
        cause: error,
      });
}

export function isMissing(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "ENOENT";
}
