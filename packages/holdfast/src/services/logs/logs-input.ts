import { AwsServiceError } from "../aws-service-error.ts";
import type { OperationInput } from "../service-face.ts";

/** Members of the right kind, or `InvalidParameterException`. */

export function optionalText(input: OperationInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalid(
    `Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: Member must be a string`,
  );
}

export function requiredText(input: OperationInput, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined)
    throw invalid(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return value;
}

export function optionalNumber(input: OperationInput, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`Value '${JSON.stringify(value)}' at '${name}' is no number from 0 on`);
}

export function limitOf(input: OperationInput, maximum: number): number {
  const limit = optionalNumber(input, "limit") ?? maximum;
  if (limit >= 1 && limit <= maximum) return limit;
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${
      limit < 1 ? "greater than or equal to 1" : `less than or equal to ${maximum}`
    }`,
  );
}

/** By its name, or as an ARN, with `:*` behind it or without. */
export function groupNameOf(input: OperationInput): string {
  const identifier = optionalText(input, "logGroupIdentifier");
  const name = identifier ?? requiredText(input, "logGroupName");
  const ofArn = /^arn:[\w-]+:logs:[^:]*:[^:]*:log-group:(?<name>[^:]+)(?::\*)?$/.exec(name)?.groups?.name;
  return ofArn ?? name;
}

/** CloudWatch's rule for names (documented). */
export function newGroupName(input: OperationInput): string {
  const name = requiredText(input, "logGroupName");
  if (/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

export function newStreamName(input: OperationInput): string {
  const name = requiredText(input, "logStreamName");
  if (/^[^:*]{1,512}$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
  );
}

export function invalid(message: string): AwsServiceError {
  return new AwsServiceError("InvalidParameterException", message);
}

/** As users have seen it. */
export function noGroup(): AwsServiceError {
  return new AwsServiceError("ResourceNotFoundException", "The specified log group does not exist.");
}

export function noStream(): AwsServiceError {
  return new AwsServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
}
