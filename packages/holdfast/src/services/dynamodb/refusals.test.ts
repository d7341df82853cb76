import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { key, openTables, type OpenTables } from "../../../test/contract/dynamodb/dynamodb-fixture.ts";
import type { OperationInput } from "../service-face.ts";

let opened: OpenTables;

beforeEach(async () => {
  opened = await openTables();
});

afterEach(() => opened.close());

const invalid = "One or more parameter values were invalid: ";

describe("calls are refused in DynamoDB's words", () => {
  const Key = key("a", 1);
  test.each<[string, OperationInput, string]>([
    ["PutItem", { Item: { turn: { N: "1" } } }, `${invalid}Missing the key id in the item`],
    [
      "PutItem",
      { Item: { id: { N: "1" }, turn: { N: "1" } } },
      `${invalid}Type mismatch for key id expected: S actual: N`,
    ],
    [
      "PutItem",
      { Item: key("", 1) },
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    ],
    [
      "PutItem",
      { Item: { ...Key, player: { N: "1" } } },
      `${invalid}Type mismatch for Index Key player Expected: S Actual: N IndexName: by-player`,
    ],
    [
      "PutItem",
      { Item: key("x".repeat(2049), 1) },
      `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
    ],
    [
      "PutItem",
      { Item: { ...Key, big: { S: "x".repeat(409_600) } } },
      "Item size has exceeded the maximum allowed size",
    ],
    ["PutItem", { Item: Key, ReturnValues: "ALL_NEW" }, "ReturnValues can only be ALL_OLD or NONE"],
    [
      "PutItem",
      {},
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    ],
    [
      "PutItem",
      { Item: Key, ConditionExpression: "attribute_exists(id)", Expected: {} },
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ],
    ["GetItem", { Key: { id: { S: "a" } } }, "The provided key element does not match the schema"],
    ["GetItem", { Key: { ...Key, more: { S: "a" } } }, "The provided key element does not match the schema"],
    [
      "UpdateItem",
      { Key, UpdateExpression: "REMOVE turn" },
      `${invalid}Cannot update attribute turn. This attribute is part of the key`,
    ],
    [
      "UpdateItem",
      { Key, UpdateExpression: "SET x = y" },
      "The provided expression refers to an attribute that does not exist in the item",
    ],
    [
      "UpdateItem",
      { Key, UpdateExpression: "SET x.y = :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
      "The document path provided in the update expression is invalid for update",
    ],
    [
      "UpdateItem",
      {
        Key,
        UpdateExpression: "SET x = :v",
        ExpressionAttributeValues: { ":v": { S: "x".repeat(409_600) } },
      },
      "Item size to update has exceeded the maximum allowed size",
    ],
    [
      "Query",
      {},
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    ],
    [
      "Query",
      { KeyConditionExpression: "turn = :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
      "Query condition missed key schema element: id",
    ],
    [
      "Query",
      { KeyConditionExpression: "id > :v", ExpressionAttributeValues: { ":v": { S: "1" } } },
      "Query key condition not supported",
    ],
    [
      "Query",
      {
        KeyConditionExpression: "id = :v OR id = :w",
        ExpressionAttributeValues: { ":v": { S: "1" }, ":w": { S: "2" } },
      },
      "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR",
    ],
    [
      "Query",
      { KeyConditionExpression: "id = :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
      `${invalid}Condition parameter type does not match schema type`,
    ],
    [
      "Query",
      {
        KeyConditionExpression: "id = :v",
        FilterExpression: "turn = :n",
        ExpressionAttributeValues: { ":v": { S: "1" }, ":n": { N: "1" } },
      },
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: turn",
    ],
    [
      "Query",
      {
        IndexName: "none",
        KeyConditionExpression: "id = :v",
        ExpressionAttributeValues: { ":v": { S: "1" } },
      },
      "The table does not have the specified index: none",
    ],
    [
      "Scan",
      { IndexName: "by-player", ConsistentRead: true },
      "Consistent reads are not supported on global secondary indexes",
    ],
    [
      "Scan",
      { IndexName: "by-player", Select: "ALL_ATTRIBUTES" },
      `${invalid}Select type ALL_ATTRIBUTES is not supported for global secondary index by-player because its projection type is not ALL`,
    ],
    [
      "Scan",
      { IndexName: "by-player", ProjectionExpression: "extra" },
      `${invalid}Global secondary index by-player does not project [extra]`,
    ],
    ["Scan", { ExclusiveStartKey: { id: { S: "a" } } }, "The provided starting key is invalid"],
    [
      "Scan",
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      "Scan",
      { Segment: 2, TotalSegments: 2 },
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2",
    ],
  ])("%s %j", async (name, input, message) => {
    await expect(opened.onGames(name, input)).rejects.toMatchObject({ code: "ValidationException", message });
  });

  test("a table that the app does not declare is not found", async () => {
    await expect(opened.run("GetItem", { TableName: "other", Key: {} })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
    await expect(opened.run("DescribeTable", { TableName: "other" })).rejects.toMatchObject({
      message: "Requested resource not found: Table: other not found",
    });
  });
});
