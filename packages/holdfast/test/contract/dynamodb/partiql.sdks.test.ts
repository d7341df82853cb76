import {
  BatchExecuteStatementCommand,
  DuplicateItemException,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  ExecuteStatementCommand as ExecuteDocumentStatementCommand,
} from "@aws-sdk/lib-dynamodb";
import AWS from "aws-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";

import { sampleTable } from "../../model/sample-model.ts";
import { serveDynamoDb } from "./dynamodb-server.ts";

const tables = ["v3", "v2"].map((name) =>
  sampleTable({
    name,
    key: { name: "room", type: "string" },
    sortKey: { name: "at", type: "number" },
    indexes: [{ name: "by-author", key: { name: "author", type: "string" }, projection: "all" }],
  }),
);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const region = "eu-west-1";

let endpoint: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ endpoint, close } = await serveDynamoDb(tables));
});

afterAll(() => close());

test("SDK v3 sends statements, and understands their errors", async () => {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const documents = DynamoDBDocumentClient.from(client);
  const insert = `INSERT INTO "v3" VALUE {'room': ?, 'at': ?, 'author': 'é', 'tags': <<'x'>>}`;
  const run = (Statement: string, Parameters?: unknown[]) =>
    documents.send(
      new ExecuteDocumentStatementCommand({ Statement, ...(Parameters !== undefined && { Parameters }) }),
    );
  for (const at of [1, 2, 3]) await run(insert, ["a", at]);
  const { Items } = await run(`SELECT "at", tags FROM "v3"."by-author" WHERE author = ? AND "at" > ?`, [
    "é",
    2,
  ]);
  expect(Items).toEqual([{ at: 3, tags: new Set(["x"]) }]);
  await expect(run(insert, ["a", 1])).rejects.toBeInstanceOf(DuplicateItemException);

  const Statement = `SELECT * FROM "v3" WHERE room = 'a' ORDER BY "at" DESC`;
  const first = await client.send(new ExecuteStatementCommand({ Statement, Limit: 2 }));
  expect(first.Items?.map(({ at }) => at)).toEqual([{ N: "3" }, { N: "2" }]);
  const { NextToken } = first;
  const second = await client.send(
    new ExecuteStatementCommand({ Statement, ...(NextToken !== undefined && { NextToken }) }),
  );
  expect(second.Items?.map(({ at }) => at)).toEqual([{ N: "1" }]);

  const batch = await client.send(
    new BatchExecuteStatementCommand({
      Statements: [1, 9].map((at) => ({
        Statement: `UPDATE "v3" SET hits = 1 WHERE room = 'a' AND "at" = ?`,
        Parameters: [{ N: String(at) }],
      })),
    }),
  );
  expect(batch.Responses).toEqual([
    { TableName: "v3" },
    {
      TableName: "v3",
      Error: { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    },
  ]);
  const cancelled = await client
    .send(
      new ExecuteTransactionCommand({
        TransactStatements: [
          { Statement: `DELETE FROM "v3" WHERE room = 'a' AND "at" = 2` },
          { Statement: `INSERT INTO "v3" VALUE {'room': 'a', 'at': 1}` },
        ],
      }),
    )
    .catch((thrown: unknown) => thrown);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect((cancelled as TransactionCanceledException).CancellationReasons).toMatchObject([
    { Code: "None" },
    { Code: "DuplicateItem" },
  ]);
  client.destroy();
});

test("SDK v2 sends statements, and understands their errors", async () => {
  const client = new AWS.DynamoDB({ endpoint, region, credentials, maxRetries: 0 });
  const run = (Statement: string) => client.executeStatement({ Statement }).promise();
  await run(`INSERT INTO v2 VALUE {'room': 'a', 'at': 1, 'n': 1}`);
  const { Items } = await run(`UPDATE v2 SET n = n + 1 WHERE room = 'a' AND "at" = 1 RETURNING ALL NEW *`);
  expect(Items).toEqual([{ room: { S: "a" }, at: { N: "1" }, n: { N: "2" } }]);
  await expect(run("nonsense")).rejects.toMatchObject({
    code: "ValidationException",
    message: "Statement wasn't well formed, can't be processed: Expected data manipulation",
  });
  const { Responses } = await client
    .executeTransaction({
      TransactStatements: [{ Statement: `SELECT n FROM v2 WHERE room = 'a' AND "at" = 1` }],
    })
    .promise();
  expect(Responses).toEqual([{ Item: { n: { N: "2" } } }]);
});
