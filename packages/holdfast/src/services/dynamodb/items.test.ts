import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { key, openTables, type OpenTables } from "../../../test/contract/dynamodb/dynamodb-fixture.ts";

let opened: OpenTables;

beforeEach(async () => {
  opened = await openTables();
});

afterEach(() => opened.close());

describe("items", () => {
  test("are put, read in part, and deleted with what they were", async () => {
    const Item = { ...key("a", 1), data: { B: "/wA=" }, m: { M: { x: { N: "1" }, y: { N: "2" } } } };
    expect(await opened.onGames("PutItem", { Item })).toEqual({});
    expect(await opened.onGames("GetItem", { Key: key("a", 1) })).toEqual({ Item });
    expect(await opened.onGames("GetItem", { Key: key("a", 1), ProjectionExpression: "m.y" })).toEqual({
      Item: { m: { M: { y: { N: "2" } } } },
    });
    expect(await opened.onGames("GetItem", { Key: key("a", 1), AttributesToGet: ["data"] })).toEqual({
      Item: { data: { B: "/wA=" } },
    });
    expect(await opened.onGames("DeleteItem", { Key: key("a", 1), ReturnValues: "ALL_OLD" })).toEqual({
      Attributes: Item,
    });
    expect(await opened.onGames("GetItem", { Key: key("a", 1) })).toEqual({});
  });

  test("can be reached by the table's ARN", async () => {
    const TableName = "arn:aws:dynamodb:eu-west-1:000000000000:table/plain";
    await opened.run("PutItem", { TableName, Item: { id: { S: "a" } } });
    expect(await opened.onPlain("GetItem", { Key: { id: { S: "a" } } })).toEqual({
      Item: { id: { S: "a" } },
    });
  });

  test("a failed condition tells of the item if asked", async () => {
    const Item = { id: { S: "a" }, v: { N: "1" } };
    await opened.onPlain("PutItem", { Item });
    const put = { Item, ConditionExpression: "attribute_not_exists(id)" };
    const failed = { code: "ConditionalCheckFailedException", message: "The conditional request failed" };
    await expect(opened.onPlain("PutItem", put)).rejects.toMatchObject({ ...failed, details: {} });
    await expect(
      opened.onPlain("PutItem", { ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ).rejects.toMatchObject({ ...failed, details: { Item } });
  });

  test.each([
    ["NONE", {}],
    [
      "ALL_OLD",
      { Attributes: { id: { S: "a" }, n: { N: "1" }, m: { M: { x: { S: "x" }, y: { S: "y" } } } } },
    ],
    ["UPDATED_OLD", { Attributes: { n: { N: "1" }, m: { M: { x: { S: "x" } } } } }],
    ["UPDATED_NEW", { Attributes: { n: { N: "2" }, fresh: { N: "1" } } }],
    [
      "ALL_NEW",
      { Attributes: { id: { S: "a" }, n: { N: "2" }, m: { M: { y: { S: "y" } } }, fresh: { N: "1" } } },
    ],
  ])("an update returns %s", async (ReturnValues, answer) => {
    await opened.onPlain("PutItem", {
      Item: { id: { S: "a" }, n: { N: "1" }, m: { M: { x: { S: "x" }, y: { S: "y" } } } },
    });
    const update = {
      Key: { id: { S: "a" } },
      UpdateExpression: "ADD n :one REMOVE m.x SET fresh = :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
      ReturnValues,
    };
    expect(await opened.onPlain("UpdateItem", update)).toEqual(answer);
  });

  test("an update without an expression makes the item", async () => {
    expect(await opened.onPlain("UpdateItem", { Key: { id: { S: "a" } }, ReturnValues: "ALL_NEW" })).toEqual({
      Attributes: { id: { S: "a" } },
    });
  });

  test("the parameters of old are understood", async () => {
    await opened.onPlain("PutItem", {
      Item: { id: { S: "a" }, n: { N: "1" } },
      Expected: { id: { Exists: false } },
    });
    const update = {
      Key: { id: { S: "a" } },
      AttributeUpdates: {
        n: { Action: "ADD", Value: { N: "4" } },
        s: { Value: { S: "x" } },
        none: { Action: "DELETE" },
      },
      Expected: { n: { ComparisonOperator: "LE", AttributeValueList: [{ N: "1" }] } },
      ReturnValues: "ALL_NEW",
    };
    expect(await opened.onPlain("UpdateItem", update)).toEqual({
      Attributes: { id: { S: "a" }, n: { N: "5" }, s: { S: "x" } },
    });
    await expect(opened.onPlain("UpdateItem", update)).rejects.toMatchObject({
      code: "ConditionalCheckFailedException",
    });
    await opened.fill();
    expect(
      await opened.onGames("Query", {
        KeyConditions: {
          id: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] },
          turn: { ComparisonOperator: "GT", AttributeValueList: [{ N: "1" }] },
        },
        QueryFilter: { player: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "odd" }] } },
        AttributesToGet: ["turn"],
      }),
    ).toEqual({ Count: 1, Items: [{ turn: { N: "3" } }], ScannedCount: 3 });
    expect(
      await opened.onGames("Scan", {
        ScanFilter: {
          turn: { ComparisonOperator: "IN", AttributeValueList: [{ N: "1" }, { N: "2" }] },
          player: { ComparisonOperator: "NULL" },
        },
        ConditionalOperator: "OR",
        Select: "COUNT",
      }),
    ).toEqual({ Count: 2, ScannedCount: 5 });
  });
});
