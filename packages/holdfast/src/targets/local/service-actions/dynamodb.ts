import { randomUUID } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import type { ErrorCode } from "../../../base/error-codes.ts";
import { ConditionFailedError, HoldfastError } from "../../../base/errors.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import { AwsServiceError } from "../../../services/aws-service-error.ts";
import {
  createDynamoDbOperations,
  dynamoDbOperationNames,
} from "../../../services/dynamodb/dynamodb-face.ts";
import type { Operation } from "../../../services/service-face.ts";
import type { ServicePayload } from "../../../ports/service-actions.ts";
import type { ServiceAction, ServiceResources } from "./service-action.ts";

type Operations = Readonly<Record<string, Operation>>;

/** DynamoDB's operations, as its face has them, under their names in small letters. */
export function createDynamoDbActions(clock: Clock): Readonly<Record<string, ServiceAction>> {
  const known = new WeakMap<TableStore, Operations>();
  const operationsOver = ({ tables, model }: ServiceResources): Operations => {
    const operations = known.get(tables) ?? createDynamoDbOperations({ tables, model, clock });
    known.set(tables, operations);
    return operations;
  };
  return Object.fromEntries(
    dynamoDbOperationNames.map((name): [string, ServiceAction] => [
      name.toLowerCase(),
      (payload, resources) => run(name, operationsOver(resources)[name], payload),
    ]),
  );
}

async function run(
  name: string,
  operation: Operation | undefined,
  payload: ServicePayload,
): Promise<unknown> {
  if (operation === undefined) throw new HoldfastError("INTEGRATION_FAILED", `DynamoDB does no ${name} here`);
  try {
    return await operation(payload, { region: "us-east-1", requestId: randomUUID(), caller: {} });
  } catch (error) {
    throw error instanceof AwsServiceError ? toHoldfastError(error) : error;
  }
}

/** The message stays DynamoDB's, and its error the cause: an integration's responses may tell errors apart by them. */
function toHoldfastError(error: AwsServiceError): HoldfastError {
  if (error.code === "ConditionalCheckFailedException")
    return new ConditionFailedError(error.message, { cause: error });
  return new HoldfastError(codeOf(error), error.message, { cause: error });
}

function codeOf({ code, message, status }: AwsServiceError): ErrorCode {
  if (code === "ResourceNotFoundException") return "RESOURCE_UNKNOWN";
  // A member that is absent or of another shape; all else is about what the members hold.
  if (code === "SerializationException" || message.startsWith("1 validation error detected"))
    return "RESOURCE_ARGUMENT_INVALID";
  return status >= 500 ? "INTEGRATION_FAILED" : "TABLE_REQUEST_INVALID";
}
