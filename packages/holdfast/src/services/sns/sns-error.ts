import { HoldfastError } from "../../base/errors.ts";
import { AwsServiceError } from "../aws-service-error.ts";

/** `Invalid parameter: …`, as SNS begins most of its refusals. */
export function invalidParameter(what: string): AwsServiceError {
  return new AwsServiceError("InvalidParameter", `Invalid parameter: ${what}`);
}

export function notFound(what: "Topic" | "Subscription" | "Resource"): AwsServiceError {
  const code = what === "Resource" ? "ResourceNotFound" : "NotFound";
  return new AwsServiceError(code, `${what} does not exist`, 404);
}

/** What topics refuse, in SNS's names; anything else is a failure, which SDKs try again. */
export function toSnsError(error: unknown): AwsServiceError {
  if (error instanceof AwsServiceError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof HoldfastError ? error.code : undefined;
  if (code === "TOPIC_REQUEST_INVALID") return invalidParameter(message);
  if (code === "TOPIC_OVERLOADED" || code === "STORE_OVERLOADED")
    return new AwsServiceError("Throttled", message, 429);
  return new AwsServiceError("InternalError", message, 500);
}
