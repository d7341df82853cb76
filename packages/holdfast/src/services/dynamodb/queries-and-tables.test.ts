import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { key, openTables, type OpenTables } from "../../../test/contract/dynamodb/dynamodb-fixture.ts";

let opened: OpenTables;

beforeEach(async () => {
  opened = await openTables();
});

afterEach(() => opened.close());

describe("queries and scans", () => {
  const byId = { KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "a" } } };

  test("page by limit, in either order", async () => {
    await opened.fill();
    const first = await opened.onGames("Query", {
      ...byId,
      Limit: 2,
      ScanIndexForward: false,
      ProjectionExpression: "turn",
    });
    expect(first).toEqual({
      Count: 2,
      Items: [{ turn: { N: "4" } }, { turn: { N: "3" } }],
      LastEvaluatedKey: key("a", 3),
      ScannedCount: 2,
    });
    const rest = await opened.onGames("Query", {
      ...byId,
      ScanIndexForward: false,
      ExclusiveStartKey: first.LastEvaluatedKey,
      Select: "COUNT",
    });
    expect(rest).toEqual({ Count: 3, ScannedCount: 3 });
  });

  test("read indexes, of which local ones have the whole item", async () => {
    await opened.fill();
    const odd = { KeyConditionExpression: "player = :p", ExpressionAttributeValues: { ":p": { S: "odd" } } };
    expect(await opened.onGames("Query", { IndexName: "by-player", ...odd })).toMatchObject({
      Items: [
        { ...key("a", 1), player: { S: "odd" } },
        { ...key("a", 3), player: { S: "odd" } },
      ],
    });
    const ordered = await opened.onGames("Query", {
      IndexName: "by-score",
      ...byId,
      ProjectionExpression: "turn, extra",
      Limit: 2,
    });
    expect(ordered.Items).toEqual([
      { turn: { N: "4" }, extra: { S: "x" } },
      { turn: { N: "3" }, extra: { S: "x" } },
    ]);
  });

  test("tell of the capacity that was taken, of what was filtered out too", async () => {
    await opened.fill();
    const answer = await opened.onGames("Query", {
      ...byId,
      FilterExpression: "attribute_exists(none1)",
      ReturnConsumedCapacity: "INDEXES",
      ConsistentRead: true,
    });
    expect(answer).toEqual({
      Count: 0,
      Items: [],
      ScannedCount: 5,
      ConsumedCapacity: { TableName: "games", CapacityUnits: 1, Table: { CapacityUnits: 1 } },
    });
  });

  test("a parallel scan has each item in one segment", async () => {
    for (let at = 0; at < 20; at += 1) await opened.onPlain("PutItem", { Item: { id: { S: `item-${at}` } } });
    const found: unknown[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: unknown;
      do {
        const page = await opened.onPlain("Scan", {
          Segment,
          TotalSegments: 3,
          Limit: 2,
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        });
        expect(page.Count).toBeLessThanOrEqual(2);
        found.push(...(page.Items as unknown[]));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(20);
    expect(found).toHaveLength(20);
  });
});

describe("tables", () => {
  test("are described as the app declares them", async () => {
    const { Table } = await opened.onGames("DescribeTable");
    expect(Table).toMatchObject({
      TableName: "games",
      TableStatus: "ACTIVE",
      TableArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/games",
      CreationDateTime: 1_700_000_000,
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "turn", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "turn", AttributeType: "N" },
        { AttributeName: "player", AttributeType: "S" },
        { AttributeName: "score", AttributeType: "N" },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: "by-player", Projection: { ProjectionType: "KEYS_ONLY" } },
        { IndexName: "by-score", Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["player"] } },
      ],
    });
  });

  test("name their streams", async () => {
    expect(await opened.onPlain("DescribeTable")).toMatchObject({
      Table: {
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        LatestStreamArn: expect.stringMatching(/:table\/plain\/stream\/20/),
      },
    });
  });

  test("are listed in pages", async () => {
    expect(await opened.run("ListTables", { Limit: 1 })).toEqual({
      TableNames: ["games"],
      LastEvaluatedTableName: "games",
    });
    expect(await opened.run("ListTables", { ExclusiveStartTableName: "games" })).toEqual({
      TableNames: ["plain"],
    });
  });

  test("have the time to live that the app declares", async () => {
    expect(await opened.onGames("DescribeTimeToLive")).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" },
    });
    expect(await opened.onPlain("DescribeTimeToLive")).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" },
    });
    const TimeToLiveSpecification = { Enabled: true, AttributeName: "expires" };
    await expect(opened.onGames("UpdateTimeToLive", { TimeToLiveSpecification })).rejects.toMatchObject({
      message: "TimeToLive is already enabled",
    });
    await expect(opened.onPlain("UpdateTimeToLive", { TimeToLiveSpecification })).rejects.toMatchObject({
      code: "ValidationException",
    });
  });
});
