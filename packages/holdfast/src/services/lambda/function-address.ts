import type { FunctionModel } from "../../model/app-model.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import type { RestRequest } from "../rest-json.ts";
import type { OperationContext } from "../service-face.ts";

/** Where on AWS functions are said to be. */
export interface FunctionPlace {
  readonly region: string;
  readonly accountId: string;
}

/** A function that was asked for, and the version or alias if there was one. */
export interface FunctionAddress {
  readonly model: FunctionModel;
  readonly qualifier?: string;
}

/** Finds the function that a request names, in its path and its `Qualifier`. Throws as `findFunction` does. */
export type FindFunction = (request: RestRequest, context: OperationContext) => FunctionAddress;

/** As documented: a name, an account and a name, or an ARN; each with a qualifier behind it or without. */
const addressPattern =
  /^(?:arn:[\w-]+:lambda:[\w-]+:)?(?:(?:\d{12}:)?function:)?(?<name>[\w-]{1,140})(?::(?<qualifier>\$LATEST|[\w-]{1,129}))?$/;

/**
 * Finds a function by whatever Lambda takes for its name. Accounts and regions are not looked at: there is one of each.
 * Nor are versions and aliases: all of them are the function as it is. Throws `ResourceNotFoundException`,
 * `ValidationException` and `InvalidParameterValueException`, in AWS's words as far as users have posted them.
 */
export function findFunction(
  functions: readonly FunctionModel[],
  given: string,
  qualifier: string | undefined,
  place: FunctionPlace,
): FunctionAddress {
  const { name, qualifier: named } = addressPattern.exec(given)?.groups ?? {};
  if (name === undefined)
    throw new AwsServiceError(
      "ValidationException",
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
      400,
    );
  if (named !== undefined && qualifier !== undefined && named !== qualifier)
    throw lambdaError(
      "InvalidParameterValueException",
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  const wanted = qualifier ?? named;
  const model = functions.find((one) => one.name === name);
  if (model === undefined)
    throw lambdaError(
      "ResourceNotFoundException",
      `Function not found: ${functionArn(name, place, wanted)}`,
      404,
    );
  return { model, ...(wanted !== undefined && { qualifier: wanted }) };
}

export function functionArn(name: string, { region, accountId }: FunctionPlace, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? "" : `:${qualifier}`}`;
}

/** Lambda's errors say whose fault they are, and most of them have their message under a capital letter. */
export function lambdaError(code: string, message: string, status = 400): AwsServiceError {
  return new AwsServiceError(code, message, status, {
    Type: "User",
    ...(code === "ResourceNotFoundException" && { Message: message, message: undefined }),
  });
}
