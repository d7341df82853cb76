import { HoldfastError } from "../../base/errors.ts";

/** A disk that is full, or may only be read: whatever was being written. */
const diskCodes: ReadonlySet<unknown> = new Set(["EDQUOT", "ENOSPC", "EROFS"]);
/** No right to what is in the folder. */
const rightsCodes: ReadonlySet<unknown> = new Set(["EACCES", "EPERM"]);

/** What a start meets in the folder of its state becomes `STATE_NOT_WRITABLE`; any other error stays as it is. */
export function toStateError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof HoldfastError) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  const isOurs = diskCodes.has(code) || (rightsCodes.has(code) && path?.startsWith(folder) === true);
  if (!isOurs) return error;
  return new HoldfastError("STATE_NOT_WRITABLE", `Cannot write to ${folder}: ${error.message}`, {
    cause: error,
  });
}
