import { AwsServiceError } from "../aws-service-error.ts";

/** The request is wrong as it stands: what DynamoDB answers most errors with. */
export function validationError(message: string): AwsServiceError {
  return new AwsServiceError("ValidationException", message);
}

/** A value that means nothing as a parameter; the words that most of DynamoDB's own checks begin with. */
export function invalidParameter(message: string): AwsServiceError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** JSON of another shape than the operation's input. */
export function serializationError(message: string): AwsServiceError {
  return new AwsServiceError("SerializationException", message);
}
