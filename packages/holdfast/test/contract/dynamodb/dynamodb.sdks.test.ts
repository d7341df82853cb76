import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import AWS from "aws-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";

import { sampleTable } from "../../model/sample-model.ts";
import { serveDynamoDb } from "./dynamodb-server.ts";

const tables = ["v3", "v2", "boto3"].map((name) =>
  sampleTable({
    name,
    key: { name: "room", type: "string" },
    sortKey: { name: "at", type: "number" },
    indexes: [{ name: "by-author", key: { name: "author", type: "string" }, projection: "all" }],
  }),
);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

let endpoint: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ endpoint, close } = await serveDynamoDb(tables));
});

afterAll(() => close());

test("SDK v3 writes, reads, pages and understands errors", async () => {
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = "v3";
  const Item = {
    room: "a",
    at: 1,
    author: "é",
    tags: new Set(["x", "y"]),
    bytes: new Uint8Array([0, 255]),
    big: { list: [1.5, null, true] },
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const { Item: found } = await documents.send(new GetCommand({ TableName, Key: { room: "a", at: 1 } }));
  expect(found).toEqual(Item);

  await documents.send(
    new BatchWriteCommand({
      RequestItems: { v3: [2, 3, 4].map((at) => ({ PutRequest: { Item: { room: "a", at, author: "b" } } })) },
    }),
  );
  const pages = paginateQuery(
    { client: documents, pageSize: 3 },
    {
      TableName,
      KeyConditionExpression: "room = :r AND #at >= :at",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":r": "a", ":at": 1 },
    },
  );
  const counts: (number | undefined)[] = [];
  for await (const page of pages) counts.push(page.Count);
  expect(counts).toEqual([3, 1]);

  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName,
      Key: { room: "a", at: 2 },
      UpdateExpression: "SET hits = if_not_exists(hits, :zero) + :one",
      ExpressionAttributeValues: { ":zero": 0, ":one": 1 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  expect(Attributes).toEqual({ hits: 1 });
  const { Responses } = await documents.send(
    new BatchGetCommand({ RequestItems: { v3: { Keys: [{ room: "a", at: 2 }] } } }),
  );
  expect(Responses).toEqual({ v3: [{ room: "a", at: 2, author: "b", hits: 1 }] });

  const taken = documents.send(
    new PutCommand({
      TableName,
      Item,
      ConditionExpression: "attribute_not_exists(room)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  );
  const error = await taken.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect((error as ConditionalCheckFailedException).Item).toMatchObject({ author: { S: "é" } });

  const cancelled = await documents
    .send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: { room: "b", at: 1 } } },
          { Delete: { TableName, Key: { room: "z", at: 1 }, ConditionExpression: "attribute_exists(room)" } },
        ],
      }),
    )
    .catch((thrown: unknown) => thrown);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect((cancelled as TransactionCanceledException).CancellationReasons).toMatchObject([
    { Code: "None" },
    { Code: "ConditionalCheckFailed" },
  ]);

  await expect(client.send(new DescribeTableCommand({ TableName: "none" }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.CreationDateTime).toBeInstanceOf(Date);
  await expect(
    documents.send(new ScanCommand({ TableName, FilterExpression: "status = :s" })),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status",
  });
  client.destroy();
});

test("SDK v2 writes, reads and understands errors", async () => {
  const documents = new AWS.DynamoDB.DocumentClient({
    endpoint,
    region: "eu-west-1",
    credentials,
    maxRetries: 0,
  });
  const TableName = "v2";
  await documents.put({ TableName, Item: { room: "a", at: 1, tags: documents.createSet(["x"]) } }).promise();
  await documents
    .update({
      TableName,
      Key: { room: "a", at: 1 },
      UpdateExpression: "SET author = :a",
      ExpressionAttributeValues: { ":a": "b" },
    })
    .promise();
  const { Items } = await documents
    .query({
      TableName,
      IndexName: "by-author",
      KeyConditionExpression: "author = :a",
      ExpressionAttributeValues: { ":a": "b" },
    })
    .promise();
  expect(Items).toMatchObject([{ room: "a", at: 1, author: "b" }]);
  const legacy = await documents
    .scan({ TableName, ScanFilter: { author: { ComparisonOperator: "EQ", AttributeValueList: ["b"] } } })
    .promise();
  expect(legacy.Count).toBe(1);
  await expect(
    documents
      .delete({ TableName, Key: { room: "a", at: 1 }, ConditionExpression: "attribute_not_exists(room)" })
      .promise(),
  ).rejects.toMatchObject({
    code: "ConditionalCheckFailedException",
    statusCode: 400,
    requestId: "request-1",
  });
  await expect(documents.get({ TableName: "none", Key: {} }).promise()).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test("boto3 writes, reads, pages and understands errors", async (context) => {
  const run = promisify(execFile);
  const hasBoto3 = await run("python3", ["-c", "import boto3"]).then(
    () => true,
    () => false,
  );
  if (!hasBoto3) return context.skip("python3 has no boto3");
  const { stdout } = await run("python3", [join(import.meta.dirname, "dynamodb-boto3.py"), endpoint]);
  expect(JSON.parse(stdout)).toEqual({
    item: { room: "a", at: "1", price: "1.50", tags: ["x", "y"] },
    pages: [2, 1],
    failed: "ConditionalCheckFailedException",
    cancelled: ["None", "ConditionalCheckFailed"],
    invalid: "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
  });
});
