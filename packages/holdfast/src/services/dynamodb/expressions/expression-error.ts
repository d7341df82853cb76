import type { AwsServiceError } from "../../aws-service-error.ts";
import { validationError } from "../dynamodb-error.ts";

/** `kind` is the parameter's name: `FilterExpression`. */
export function expressionError(kind: string, message: string): AwsServiceError {
  return validationError(`Invalid ${kind}: ${message}`);
}

export function operandTypeError(kind: string, operator: string, type: string): AwsServiceError {
  return expressionError(
    kind,
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

export function operandCountError(kind: string, operator: string, count: number): AwsServiceError {
  return expressionError(
    kind,
    `Incorrect number of operands for operator or function; operator or function: ${operator}, number of operands: ${count}`,
  );
}

export function pathRequiredError(kind: string, operator: string): AwsServiceError {
  return expressionError(
    kind,
    `Operator or function requires a document path; operator or function: ${operator}`,
  );
}
