import { isRecord } from "../../../base/is-record.ts";
import type { OperationInput } from "../../service-face.ts";
import { regionalArn, type AccessTable, type AskedAccess, type AskedPlace } from "../asked-access.ts";
import { readNamedCall, recordsIn, textIn } from "../named-call.ts";
import { readStatement } from "./partiql.ts";
import { attributesOf, leadingKeysOf } from "./dynamodb-keys.ts";

export const dynamoDbTable: AccessTable = {
  knownKeys: [
    "dynamodb:leadingkeys",
    "dynamodb:attributes",
    "dynamodb:select",
    "dynamodb:returnvalues",
    "dynamodb:returnconsumedcapacity",
    "dynamodb:enclosingoperation",
    "dynamodb:fulltablescan",
  ],
  ask(request, place) {
    const { operation, input } = readNamedCall(request);
    const ask = Object.hasOwn(special, operation) ? special[operation] : undefined;
    return ask === undefined ? [askOfTable(operation, input, place)] : ask(input, place, operation);
  },
};

type Ask = (input: OperationInput, place: AskedPlace, operation: string) => readonly AskedAccess[];

const askOfStatements =
  (list: string): Ask =>
  (input, place, operation) => {
    const statements = recordsIn(input, list);
    return statements.length === 0
      ? [{ action: `dynamodb:${operation}`, resource: "*" }]
      : statements.map((one) => askOfStatement(one, place));
  };

/** Operations that are about several tables, or none, or have the permission of another. */
const special: Readonly<Record<string, Ask>> = {
  BatchGetItem: (input, place, operation) =>
    askOfTables(input, place, operation, (given) => (isRecord(given) ? recordsIn(given, "Keys") : [])),
  BatchWriteItem: (input, place, operation) =>
    askOfTables(input, place, operation, (given) =>
      (Array.isArray(given) ? given : [])
        .filter(isRecord)
        .flatMap(({ PutRequest: put, DeleteRequest: gone }) => [
          ...(isRecord(put) && isRecord(put.Item) ? [put.Item] : []),
          ...(isRecord(gone) && isRecord(gone.Key) ? [gone.Key] : []),
        ]),
    ),
  TransactGetItems: askOfTransaction,
  TransactWriteItems: askOfTransaction,
  ExecuteStatement: (input, place) => [askOfStatement(input, place)],
  BatchExecuteStatement: askOfStatements("Statements"),
  ExecuteTransaction: askOfStatements("TransactStatements"),
  // Everybody may.
  DescribeEndpoints: () => [],
  ListTables: () => [{ action: "dynamodb:ListTables", resource: "*" }],
  ListStreams: () => [{ action: "dynamodb:ListStreams", resource: "*" }],
};

/** One item or one table, and the index where there is one. */
function askOfTable(operation: string, input: OperationInput, place: AskedPlace): AskedAccess {
  const stream = textIn(input, "StreamArn") ?? streamOfIterator(textIn(input, "ShardIterator"));
  const action = `dynamodb:${operation}`;
  if (stream !== undefined) return { action, resource: stream };
  const arn = textIn(input, "ResourceArn") ?? tableArn(textIn(input, "TableName"), place);
  const index = textIn(input, "IndexName");
  return {
    action,
    resource: index === undefined || arn === "*" ? arn : `${arn}/index/${index}`,
    keys: {
      "dynamodb:LeadingKeys": leadingKeysOf(operation, input, tableOf(input, place), index),
      "dynamodb:Attributes": attributesOf(input),
      "dynamodb:Select": textIn(input, "Select"),
      "dynamodb:ReturnValues": textIn(input, "ReturnValues"),
      "dynamodb:ReturnConsumedCapacity": textIn(input, "ReturnConsumedCapacity"),
    },
  };
}

function askOfTables(
  input: OperationInput,
  place: AskedPlace,
  operation: string,
  itemsOf: (given: unknown) => readonly OperationInput[],
): readonly AskedAccess[] {
  const action = `dynamodb:${operation}`;
  const { RequestItems: tables } = input;
  if (!isRecord(tables) || Object.keys(tables).length === 0) return [{ action, resource: "*" }];
  return Object.entries(tables).map(([TableName, given]) => {
    const items = itemsOf(given);
    const table = tableOf({ TableName }, place);
    return {
      action,
      resource: tableArn(TableName, place),
      keys: {
        "dynamodb:LeadingKeys": items.flatMap(
          (Key) => leadingKeysOf("GetItem", { Key }, table, undefined) ?? [],
        ),
        "dynamodb:Attributes": [
          ...new Set([
            ...items.flatMap((one) => Object.keys(one)),
            ...(isRecord(given) ? attributesOf({ ...given, Keys: undefined }) : []),
          ]),
        ],
        "dynamodb:ReturnConsumedCapacity": textIn(input, "ReturnConsumedCapacity"),
      },
    };
  });
}

const transacted: Readonly<Record<string, string>> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/** Each part has the permission of the operation that it is. */
function askOfTransaction(
  input: OperationInput,
  place: AskedPlace,
  operation: string,
): readonly AskedAccess[] {
  const asked = recordsIn(input, "TransactItems").flatMap((one) =>
    Object.entries(one).map(([kind, part]) => {
      const name = Object.hasOwn(transacted, kind) ? transacted[kind] : undefined;
      const access = askOfTable(name ?? operation, isRecord(part) ? part : {}, place);
      return { ...access, keys: { ...access.keys, "dynamodb:EnclosingOperation": operation } };
    }),
  );
  return asked.length === 0 ? [{ action: `dynamodb:${operation}`, resource: "*" }] : asked;
}

function askOfStatement(input: OperationInput, place: AskedPlace): AskedAccess {
  const { action, table, index } = readStatement(textIn(input, "Statement") ?? "");
  const arn = tableArn(table, place);
  return { action, resource: index === undefined || arn === "*" ? arn : `${arn}/index/${index}` };
}

/** A table may be named by its ARN. */
function tableArn(name: string | undefined, place: AskedPlace): string {
  if (name === undefined) return "*";
  return name.startsWith("arn:") ? name : regionalArn("dynamodb", `table/${name}`, place);
}

function tableOf(input: OperationInput, { model }: AskedPlace) {
  const name = textIn(input, "TableName")?.replace(/^arn:.*:table\//, "");
  return model?.tables.find((table) => table.name === name);
}

/** Those of a stream hold its ARN, behind the version of the form. */
function streamOfIterator(iterator: string | undefined): string | undefined {
  return iterator === undefined
    ? undefined
    : (/arn:[^|]*:table\/[^|]*\/stream\/[^|]*/.exec(iterator)?.[0] ?? "*");
}
