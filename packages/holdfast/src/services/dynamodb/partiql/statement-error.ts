import { AwsServiceError } from "../../aws-service-error.ts";
import { validationError } from "../dynamodb-error.ts";

/** The beginning is DynamoDB's. Of the `details` some are (see where they are thrown), the others are of its kind. */
export function malformed(details: string): AwsServiceError {
  return validationError(`Statement wasn't well formed, can't be processed: ${details}`);
}

/** What INSERT answers for an item that is there already. */
export function duplicateItem(): AwsServiceError {
  return new AwsServiceError("DuplicateItemException", duplicateItemMessage);
}

export const duplicateItemMessage = "Duplicate primary key exists in table";
