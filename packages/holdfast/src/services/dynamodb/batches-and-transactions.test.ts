import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { key, openTables, type OpenTables } from "../../../test/contract/dynamodb/dynamodb-fixture.ts";
import type { OperationInput } from "../service-face.ts";

let opened: OpenTables;

beforeEach(async () => {
  opened = await openTables();
});

afterEach(() => opened.close());

describe("batches", () => {
  test("write and read items of several tables", async () => {
    const writes = {
      plain: [{ PutRequest: { Item: { id: { S: "a" } } } }, { DeleteRequest: { Key: { id: { S: "b" } } } }],
      games: [{ PutRequest: { Item: key("a", 1) } }],
    };
    expect(await opened.run("BatchWriteItem", { RequestItems: writes })).toEqual({ UnprocessedItems: {} });
    const reads = {
      plain: { Keys: [{ id: { S: "a" } }, { id: { S: "b" } }] },
      games: { Keys: [key("a", 1)], ProjectionExpression: "turn" },
    };
    expect(await opened.run("BatchGetItem", { RequestItems: reads })).toEqual({
      Responses: { plain: [{ id: { S: "a" } }], games: [{ turn: { N: "1" } }] },
      UnprocessedKeys: {},
    });
  });

  test("that would answer more than 16 MB leave keys unprocessed", async () => {
    const keys = Array.from({ length: 45 }, (_, at) => ({ id: { S: `k${at}` } }));
    for (const one of keys)
      await opened.onPlain("PutItem", { Item: { ...one, big: { S: "x".repeat(400_000) } } });
    const answer = await opened.run("BatchGetItem", { RequestItems: { plain: { Keys: keys } } });
    const { plain: items } = answer.Responses as { plain: unknown[] };
    const { plain: left } = answer.UnprocessedKeys as { plain: { Keys: unknown[] } };
    expect(items.length).toBe(41);
    expect(left.Keys).toEqual(keys.slice(41));
  });

  test.each<[string, unknown, string]>([
    [
      "BatchWriteItem",
      { plain: Array.from({ length: 26 }, (_, at) => ({ DeleteRequest: { Key: { id: { S: `${at}` } } } })) },
      "Too many items requested for the BatchWriteItem call",
    ],
    [
      "BatchWriteItem",
      {
        plain: [{ PutRequest: { Item: { id: { S: "a" } } } }, { DeleteRequest: { Key: { id: { S: "a" } } } }],
      },
      "Provided list of item keys contains duplicates",
    ],
    [
      "BatchGetItem",
      { plain: { Keys: Array.from({ length: 101 }, (_, at) => ({ id: { S: `${at}` } })) } },
      "Too many items requested for the BatchGetItem call",
    ],
    [
      "BatchGetItem",
      { plain: { Keys: [{ id: { S: "a" } }, { id: { S: "a" } }] } },
      "Provided list of item keys contains duplicates",
    ],
  ])("%s is refused: %#", async (name, RequestItems, message) => {
    await expect(opened.run(name, { RequestItems })).rejects.toMatchObject({
      code: "ValidationException",
      message,
    });
  });
});

describe("transactions", () => {
  const put = (id: string, more: OperationInput = {}) => ({
    Put: { TableName: "plain", Item: { id: { S: id } }, ...more },
  });

  test("are cancelled whole, with a reason for each write", async () => {
    await opened.onPlain("PutItem", { Item: { id: { S: "b" }, n: { N: "1" } } });
    const TransactItems = [
      put("a"),
      put("b", {
        ConditionExpression: "attribute_not_exists(id)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
      {
        ConditionCheck: {
          TableName: "plain",
          Key: { id: { S: "c" } },
          ConditionExpression: "attribute_exists(id)",
        },
      },
    ];
    await expect(opened.run("TransactWriteItems", { TransactItems })).rejects.toMatchObject({
      code: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]",
      details: {
        CancellationReasons: [
          { Code: "None" },
          {
            Code: "ConditionalCheckFailed",
            Item: { id: { S: "b" }, n: { N: "1" } },
            Message: "The conditional request failed",
          },
          { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
        ],
      },
    });
    expect(await opened.onPlain("Scan", { Select: "COUNT" })).toMatchObject({ Count: 1 });
  });

  test("name the write that does not fit its item", async () => {
    const Update = { TableName: "plain", Key: { id: { S: "b" } }, UpdateExpression: "SET x = y" };
    await expect(
      opened.run("TransactWriteItems", { TransactItems: [put("a"), { Update }] }),
    ).rejects.toMatchObject({
      details: {
        CancellationReasons: [
          { Code: "None" },
          {
            Code: "ValidationError",
            Message: "The provided expression refers to an attribute that does not exist in the item",
          },
        ],
      },
    });
  });

  test("are cancelled for a key that does not fit", async () => {
    const Get = { TableName: "plain", Key: { id: { N: "1" } } };
    const reason = { Code: "ValidationError", Message: "The provided key element does not match the schema" };
    await expect(opened.run("TransactGetItems", { TransactItems: [{ Get }] })).rejects.toMatchObject({
      details: { CancellationReasons: [reason] },
    });
    await expect(
      opened.run("TransactWriteItems", { TransactItems: [{ Delete: Get }] }),
    ).rejects.toMatchObject({
      details: { CancellationReasons: [reason] },
    });
  });

  test("may not write one item twice", async () => {
    await expect(
      opened.run("TransactWriteItems", { TransactItems: [put("a"), put("a")] }),
    ).rejects.toMatchObject({
      code: "ValidationException",
      message: "Transaction request cannot include multiple operations on one item",
    });
  });

  test("with a token happen once within ten minutes", async () => {
    const count = (by: string) => ({
      ClientRequestToken: "token",
      TransactItems: [
        {
          Update: {
            TableName: "plain",
            Key: { id: { S: "a" } },
            UpdateExpression: "ADD n :by",
            ExpressionAttributeValues: { ":by": { N: by } },
          },
        },
      ],
    });
    await opened.run("TransactWriteItems", count("1"));
    await opened.run("TransactWriteItems", count("1"));
    await expect(opened.run("TransactWriteItems", count("2"))).rejects.toMatchObject({
      code: "IdempotentParameterMismatchException",
    });
    opened.clock.advance(10 * 60 * 1000);
    await opened.run("TransactWriteItems", count("1"));
    const Get = { TableName: "plain", Key: { id: { S: "a" } }, ProjectionExpression: "n" };
    const absent = { Get: { TableName: "plain", Key: { id: { S: "z" } } } };
    expect(await opened.run("TransactGetItems", { TransactItems: [{ Get }, absent] })).toEqual({
      Responses: [{ Item: { n: { N: "2" } } }, {}],
    });
  });
});
