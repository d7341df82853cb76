import { HoldfastError } from "../base/errors.ts";

/** The request cannot be carried out as it stands. DynamoDB: ValidationException. */
export function requestInvalid(message: string, hint?: string): HoldfastError {
  return new HoldfastError("TABLE_REQUEST_INVALID", message, { ...(hint !== undefined && { hint }) });
}
