import { HoldfastError } from "../../base/errors.ts";
import { AwsServiceError } from "../aws-service-error.ts";
import { validationError } from "./dynamodb-error.ts";

/** What the store threw, as DynamoDB's error. Errors that are DynamoDB's already stay as they are. */
export function toServiceError(thrown: unknown): AwsServiceError {
  if (thrown instanceof AwsServiceError) return thrown;
  if (!(thrown instanceof HoldfastError)) return internal(thrown);
  switch (thrown.code) {
    case "CONDITION_FAILED":
      return new AwsServiceError("ConditionalCheckFailedException", "The conditional request failed");
    case "TABLE_REQUEST_INVALID":
      return validationError(wordsOf(thrown.message));
    case "ITEM_TOO_LARGE":
      return validationError("Item size has exceeded the maximum allowed size");
    case "STORE_OVERLOADED":
      // SDKs wait and try again.
      return new AwsServiceError(
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
      );
    default:
      return internal(thrown);
  }
}

/** Runs what asks the store. Throws `AwsServiceError` only. */
export async function fromStore<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw toServiceError(error);
  }
}

function internal(thrown: unknown): AwsServiceError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AwsServiceError("InternalServerError", message, 500);
}

/**
 * What only the item decides is found by the store, in words of its own. `store-errors.test.ts` holds the two
 * together.
 */
function wordsOf(message: string): string {
  const wording = wordings.find(([own]) => own.test(message));
  return wording === undefined ? message : message.replace(...wording);
}

const wordings: readonly (readonly [RegExp, string])[] = [
  [
    /^An update reads an attribute that the item does not have.*/,
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  [
    /^The item has nothing at .* that an update could change inside.*/,
    "The document path provided in the update expression is invalid for update",
  ],
  [
    /^(?:Only (?:lists are appended to|numbers are added)|"(?:add|delete)" does not go with).*/,
    "An operand in the update expression has an incorrect data type",
  ],
  [
    /^A number is larger.*/,
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
  [
    /^A number is closer to zero.*/,
    "Number underflow. Attempting to store a number with magnitude smaller than supported range",
  ],
  [
    /^A number has \d+ significant digits.*/,
    "Attempting to store more than 38 significant digits in a Number",
  ],
  [
    /^The key .+ of .+, index .+ is a \w+ \(\w+\), not \w+$/,
    "The update expression attempted to update the secondary index key to unsupported type",
  ],
  [
    /^The key (.+) of .+, index (.+) is empty$/,
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: $2, IndexKey: $1",
  ],
  [/^.*levels deep$/, "Nesting Levels have exceeded supported limits"],
  [
    /^Two writes of one request are to one item.*/,
    "Transaction request cannot include multiple operations on one item",
  ],
];
