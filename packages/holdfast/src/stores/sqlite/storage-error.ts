import { HoldfastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/error-codes.ts";
import type { StoreTitle } from "./messages.ts";

/**
 * A fault of SQLite or the file system, as what the user can do about it. Anything else, a fault of ours included,
 * becomes `STORE_FAILED`.
 */
export function toStorageError(error: unknown, file: string, title: StoreTitle): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const code = codeOf(error);
  return new HoldfastError(code, `${sentences[code](title)}: ${file}`, { cause: error });
}

type StorageCode = Extract<
  ErrorCode,
  "STATE_IN_USE" | "STATE_NOT_WRITABLE" | "STATE_CORRUPT" | "STORE_FAILED"
>;

const sentences: Readonly<Record<StorageCode, (title: StoreTitle) => string>> = {
  STATE_IN_USE: (title) => `Another process has the ${title} open`,
  STATE_NOT_WRITABLE: (title) => `The ${title} cannot be written`,
  STATE_CORRUPT: (title) => `The ${title}' file is damaged, or is not one`,
  STORE_FAILED: (title) => `The ${title} could not finish a request`,
};

/** SQLite's primary result codes. */
const sqliteCodes: ReadonlyMap<number, StorageCode> = new Map([
  [3, "STATE_NOT_WRITABLE"], // SQLITE_PERM
  [5, "STATE_IN_USE"], // SQLITE_BUSY
  [6, "STATE_IN_USE"], // SQLITE_LOCKED
  [8, "STATE_NOT_WRITABLE"], // SQLITE_READONLY
  [11, "STATE_CORRUPT"], // SQLITE_CORRUPT
  [13, "STATE_NOT_WRITABLE"], // SQLITE_FULL
  [14, "STATE_NOT_WRITABLE"], // SQLITE_CANTOPEN
  [26, "STATE_CORRUPT"], // SQLITE_NOTADB
]);

/** What making the folder can meet. */
const fileSystemCodes: ReadonlySet<string> = new Set([
  "EACCES",
  "EDQUOT",
  "EEXIST",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

function codeOf(error: unknown): StorageCode {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (code === "ERR_SQLITE_ERROR" && typeof errcode === "number") {
    // The upper bits only say which of several causes it was.
    return sqliteCodes.get(errcode & 255) ?? "STORE_FAILED";
  }
  return typeof code === "string" && fileSystemCodes.has(code) ? "STATE_NOT_WRITABLE" : "STORE_FAILED";
}
