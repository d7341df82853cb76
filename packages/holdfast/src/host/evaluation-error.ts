import { fromErrorRecord, HoldfastError, type ErrorRecord } from "../base/errors.ts";

/** Why a bundle could not be loaded, in the terms of `Evaluator`; the stack in the user's code is the cause's. */
export function toEvaluationError(record: ErrorRecord): HoldfastError {
  if (record.code === "APP_NO_DEFAULT_EXPORT" || record.code === "APP_EVALUATION_TIMEOUT") {
    return new HoldfastError(record.code, record.message);
  }
  const cause = fromErrorRecord(record);
  if (record.stack !== undefined) cause.stack = record.stack;
  const name = record.code === undefined ? `${record.name}: ` : "";
  return new HoldfastError("APP_EVALUATION_FAILED", `The app cannot be loaded: ${name}${record.message}`, {
    ...(record.hint !== undefined && { hint: record.hint }),
    cause,
  });
}
