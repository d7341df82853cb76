import { createJsonFace } from "../json-protocol.ts";
import type {
  Operation,
  OperationContext,
  OperationInput,
  OperationOutput,
  ServiceFace,
} from "../service-face.ts";
import { ExpressionCache } from "./expressions/expression-cache.ts";
import { batchGetItem } from "./operations/batch-get-item.ts";
import { batchWriteItem } from "./operations/batch-write-item.ts";
import { ClientTokens } from "./client-tokens.ts";
import {
  describeTable,
  describeTimeToLive,
  listTables,
  updateTimeToLive,
} from "./operations/describe-table.ts";
import { getItem } from "./operations/get-item.ts";
import { query } from "./operations/query.ts";
import { scan } from "./operations/scan.ts";
import { transactGetItems } from "./operations/transact-get-items.ts";
import { transactWriteItems } from "./operations/transact-write-items.ts";
import { deleteItem, putItem, updateItem } from "./operations/write-item.ts";
import { batchExecuteStatement } from "./partiql/batch-execute-statement.ts";
import { executeStatement } from "./partiql/execute-statement.ts";
import { executeTransaction } from "./partiql/execute-transaction.ts";
import type { DynamoDbOptions, Surroundings } from "./surroundings.ts";

export type { DynamoDbOptions } from "./surroundings.ts";

/** DynamoDB in its own protocol, over the app's tables. */
export function createDynamoDbFace(options: DynamoDbOptions): ServiceFace {
  return createJsonFace({
    service: "dynamodb",
    targetPrefix: "DynamoDB_20120810",
    version: "1.0",
    errorNamespace: "com.amazonaws.dynamodb.v20120810",
    checksum: true,
    operations: createDynamoDbOperations(options),
  });
}

/** DynamoDB's operations by their names: JSON as the API reference has it, bytes being base64. */
export function createDynamoDbOperations(options: DynamoDbOptions): Readonly<Record<string, Operation>> {
  const surroundings: Surroundings = {
    ...options,
    expressions: new ExpressionCache(),
    tokens: new ClientTokens(options.clock),
    sinceMs: options.clock.now(),
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operation] => [
      name,
      (input, context) => run(surroundings, input, context),
    ]),
  );
}

const operations = {
  BatchExecuteStatement: batchExecuteStatement,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  DeleteItem: deleteItem,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  ExecuteStatement: executeStatement,
  ExecuteTransaction: executeTransaction,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
  UpdateTimeToLive: updateTimeToLive,
} as const satisfies Record<
  string,
  (surroundings: Surroundings, input: OperationInput, context: OperationContext) => Promise<OperationOutput>
>;

/** What `createDynamoDbOperations` has. */
export const dynamoDbOperationNames: readonly string[] = Object.keys(operations);
