import { describe, expect, it } from "vitest";
import { resourceSet } from "../../../../test/cloudformation/resource-set.ts";
import type { Json } from "../template/template.ts";
import { readTables } from "./tables.ts";

const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });
const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });

function read(Properties: Readonly<Record<string, Json>>, DeletionPolicy = "Delete", Type = "Table") {
  const { set, draft, diagnostics } = resourceSet({
    Games: { Type: `AWS::DynamoDB::${Type}`, Properties, DeletionPolicy },
  });
  readTables(set, draft);
  const problems = diagnostics.map(
    ({ severity, path }) => `${severity} ${path.replace("Resources/Games/Properties/", "")}`,
  );
  return { tables: draft.tables, problems, diagnostics };
}

describe("a table", () => {
  const Properties = {
    TableName: "games",
    AttributeDefinitions: [text("id"), { AttributeName: "turn", AttributeType: "N" }, text("player")],
    KeySchema: [hash("id"), range("turn")],
    GlobalSecondaryIndexes: [
      { IndexName: "by-player", KeySchema: [hash("player")], Projection: { ProjectionType: "ALL" } },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "local",
        KeySchema: [hash("id"), range("player")],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["state"] },
      },
    ],
    TimeToLiveSpecification: { AttributeName: "expires", Enabled: "true" },
    BillingMode: "PAY_PER_REQUEST",
  };

  it("has its keys, indexes and expiry", () => {
    const id = { name: "id", type: "string" };
    const player = { name: "player", type: "string" };
    for (const type of ["Table", "GlobalTable"]) {
      const { tables, problems } = read(Properties, "Retain", type);
      expect(problems).toEqual([]);
      expect(tables).toEqual([
        {
          name: "games",
          key: id,
          sortKey: { name: "turn", type: "number" },
          ttl: "expires",
          indexes: [
            { name: "by-player", key: player, projection: "all" },
            { name: "local", key: id, sortKey: player, projection: ["state"] },
          ],
          retain: true,
        },
      ]);
    }
  });

  it.each([
    ["KEYS_ONLY", "keys"],
    ["NEW_IMAGE", "new"],
    ["OLD_IMAGE", "old"],
    ["NEW_AND_OLD_IMAGES", "both"],
  ])("has a stream of %s", (StreamViewType, stream) => {
    const { tables, problems } = read({ ...Properties, StreamSpecification: { StreamViewType } });
    expect(problems).toEqual([]);
    expect(tables[0]?.stream).toBe(stream);
  });

  it("has no more than a name and a key, where there is no more", () => {
    const { tables } = read({ AttributeDefinitions: [text("id")], KeySchema: [hash("id")] });
    expect(tables).toEqual([
      { name: "Games", key: { name: "id", type: "string" }, indexes: [], retain: false },
    ]);
  });
});

it.each<[string, Readonly<Record<string, Json>>, readonly string[]]>([
  ["nothing", {}, ["error KeySchema", "error AttributeDefinitions"]],
  [
    "a key that is not defined",
    { AttributeDefinitions: [text("id")], KeySchema: [hash("id"), range("turn")] },
    ["error KeySchema/1/AttributeName"],
  ],
  [
    "an attribute in no key",
    { AttributeDefinitions: [text("id"), text("more")], KeySchema: [hash("id")] },
    ["error AttributeDefinitions"],
  ],
  [
    "the keys the wrong way round",
    { AttributeDefinitions: [text("id"), text("turn")], KeySchema: [range("turn"), hash("id")] },
    ["error KeySchema"],
  ],
  [
    "an unknown type",
    { AttributeDefinitions: [{ AttributeName: "id", AttributeType: "BOOL" }], KeySchema: [hash("id")] },
    ["error AttributeDefinitions/0/AttributeType"],
  ],
  [
    "an index without a name and projection",
    {
      AttributeDefinitions: [text("id")],
      KeySchema: [hash("id")],
      GlobalSecondaryIndexes: [{ KeySchema: [hash("id")] }],
    },
    ["error GlobalSecondaryIndexes/0/IndexName", "error GlobalSecondaryIndexes/0/Projection"],
  ],
  [
    "a local index with another hash key",
    {
      AttributeDefinitions: [text("id"), text("a")],
      KeySchema: [hash("id")],
      LocalSecondaryIndexes: [
        { IndexName: "i", KeySchema: [hash("a"), range("id")], Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
    },
    ["error LocalSecondaryIndexes/0/KeySchema"],
  ],
  [
    "an index of several hash attributes, which Holdfast has not",
    {
      AttributeDefinitions: [text("id"), text("a")],
      KeySchema: [hash("id")],
      GlobalSecondaryIndexes: [
        { IndexName: "i", KeySchema: [hash("a"), hash("id")], Projection: { ProjectionType: "ALL" } },
      ],
    },
    ["warning GlobalSecondaryIndexes/0/KeySchema"],
  ],
  [
    "attributes of a projection that takes none, and half an expiry",
    {
      AttributeDefinitions: [text("id")],
      KeySchema: [hash("id")],
      GlobalSecondaryIndexes: [
        {
          IndexName: "i",
          KeySchema: [hash("id")],
          Projection: { ProjectionType: "ALL", NonKeyAttributes: ["x"] },
        },
      ],
      TimeToLiveSpecification: { Enabled: true },
    },
    [
      "error GlobalSecondaryIndexes/0/Projection/NonKeyAttributes",
      "error TimeToLiveSpecification/AttributeName",
    ],
  ],
])("%s is reported", (_what, properties, problems) => {
  expect(read(properties).problems).toEqual(problems);
});
