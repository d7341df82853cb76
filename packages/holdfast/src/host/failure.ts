import { errorCodes, type ErrorCode } from "../base/error-codes.ts";
import { HoldfastError, toErrorRecord, type ErrorRecord } from "../base/errors.ts";

/** An error of the host's own making, as plain data: its stack would show the host and is left out. */
export function failure(code: ErrorCode, message: string, stack?: string): ErrorRecord {
  return {
    code,
    name: "HoldfastError",
    message,
    hint: errorCodes[code].remedy,
    ...(stack !== undefined && stack !== "" && { stack }),
  };
}

/** Why a process could not be started; the stack is that in the user's code, where there is one. */
export function startFailure(error: unknown): ErrorRecord {
  if (!(error instanceof HoldfastError)) return toErrorRecord(error);
  const stack = error.cause instanceof Error ? error.cause.stack : undefined;
  return { ...failure(error.code, error.message, stack), hint: error.hint };
}
