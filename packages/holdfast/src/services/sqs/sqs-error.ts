import { AwsServiceError } from "../aws-service-error.ts";

/**
 * SQS's errors by the names that its JSON protocol has for them, each with the code that it had in the query protocol:
 * clients of either kind go by that one, which JSON's answers carry in a header (documented, `awsQueryCompatible`). Of
 * the two unmodelled ones, InvalidParameterValue and MissingParameter, only the query code is documented.
 */
export const queryCodes = {
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidAddress: "InvalidAddress",
  InvalidAttributeName: "InvalidAttributeName",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  InvalidMessageContents: "InvalidMessageContents",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  ReceiptHandleIsInvalid: "ReceiptHandleIsInvalid",
  RequestThrottled: "RequestThrottled",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
} as const;

export type SqsErrorName = keyof typeof queryCodes;

export function sqsError(name: SqsErrorName, message: string, status = 400): AwsServiceError {
  return new AwsServiceError(name, message, status);
}

/** The code of the query protocol; errors that are not SQS's own have one for both. */
export function queryCodeOf(name: string): string {
  return Object.hasOwn(queryCodes, name) ? queryCodes[name as SqsErrorName] : name;
}

export function invalidValue(name: string, value: unknown, reason: string): AwsServiceError {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return invalidParameter(`Value ${shown} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function invalidParameter(message: string): AwsServiceError {
  return sqsError("InvalidParameterValueException", message);
}

export function missingParameter(name: string): AwsServiceError {
  return sqsError("MissingRequiredParameterException", `The request must contain the parameter ${name}.`);
}
