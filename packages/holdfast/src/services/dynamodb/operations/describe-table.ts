import { createHash } from "node:crypto";

import type { Table, TableIndex } from "../../../model/app-model.ts";
import { defaultAccountId as accountId } from "../../../model/defaults.ts";
import { streamArn, streamLabel, streamViewTypes } from "../../../model/aws-stream-event.ts";
import type { OperationContext, OperationInput, OperationOutput } from "../../service-face.ts";
import { validationError } from "../dynamodb-error.ts";
import { keyAttributesOf, keyTypeLetter } from "../key-check.ts";
import { absent, flagIn, requireRecord, textIn, wholeNumberIn } from "../members.ts";
import { findDescribedTable, type Surroundings } from "../surroundings.ts";

/** Sizes and counts are 0: DynamoDB's are up to six hours old, and nobody should go by them. */
export async function describeTable(
  surroundings: Surroundings,
  input: OperationInput,
  { region }: OperationContext,
): Promise<OperationOutput> {
  const table = findDescribedTable(surroundings, textIn(input, "TableName"));
  const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${table.name}`;
  return {
    Table: {
      AttributeDefinitions: attributeDefinitionsOf(table),
      TableName: table.name,
      KeySchema: keySchemaOf(table),
      TableStatus: "ACTIVE",
      CreationDateTime: surroundings.sinceMs / 1000,
      ProvisionedThroughput: onDemand,
      TableSizeBytes: 0,
      ItemCount: 0,
      TableArn: arn,
      TableId: idOf(arn),
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ...(table.indexes.length > 0 && {
        GlobalSecondaryIndexes: table.indexes.map((index) => describeIndex(arn, index)),
      }),
      ...describeStream(table, region),
      DeletionProtectionEnabled: false,
    },
  };
}

function describeStream({ name, stream }: Table, region: string): OperationOutput {
  if (stream === undefined) return {};
  return {
    StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewTypes[stream] },
    LatestStreamLabel: streamLabel,
    LatestStreamArn: streamArn({ table: name, region, accountId }),
  };
}

const onDemand = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

function describeIndex(tableArn: string, index: TableIndex): OperationOutput {
  return {
    IndexName: index.name,
    KeySchema: keySchemaOf(index),
    Projection: projectionOf(index),
    IndexStatus: "ACTIVE",
    ProvisionedThroughput: onDemand,
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexArn: `${tableArn}/index/${index.name}`,
  };
}

function projectionOf({ projection }: TableIndex): OperationOutput {
  if (projection === "all") return { ProjectionType: "ALL" };
  if (projection === "keys-only") return { ProjectionType: "KEYS_ONLY" };
  return { ProjectionType: "INCLUDE", NonKeyAttributes: projection };
}

function attributeDefinitionsOf(table: Table): readonly OperationOutput[] {
  const attributes = [table, ...table.indexes].flatMap(keyAttributesOf);
  const types = new Map(attributes.map(({ name, type }) => [name, keyTypeLetter[type]]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function keySchemaOf(schema: Parameters<typeof keyAttributesOf>[0]): readonly OperationOutput[] {
  return keyAttributesOf(schema).map(({ name }, at) => ({
    AttributeName: name,
    KeyType: at === 0 ? "HASH" : "RANGE",
  }));
}

/** Of the form of a UUID, and always the same. */
function idOf(arn: string): string {
  const hex = createHash("sha256").update(arn).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

const mostListed = 100;

/** In the order of the names. */
export async function listTables({ model }: Surroundings, input: OperationInput): Promise<OperationOutput> {
  const limit = wholeNumberIn(input, "Limit", { least: 1, most: mostListed }) ?? mostListed;
  const after = textIn(input, "ExclusiveStartTableName");
  const names = (model()?.tables ?? [])
    .map(({ name }) => name)
    .filter((name) => after === undefined || name > after)
    .toSorted();
  const page = names.slice(0, limit);
  return {
    TableNames: page,
    ...(names.length > page.length && { LastEvaluatedTableName: page.at(-1) }),
  };
}

export async function describeTimeToLive(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const { ttl } = findDescribedTable(surroundings, textIn(input, "TableName"));
  return {
    TimeToLiveDescription:
      ttl === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName: ttl },
  };
}

/** A table's time to live is what its app declares: that can be confirmed, in DynamoDB's words, and not changed. */
export async function updateTimeToLive(
  surroundings: Surroundings,
  input: OperationInput,
): Promise<OperationOutput> {
  const { ttl, name } = findDescribedTable(surroundings, textIn(input, "TableName"));
  const { Enabled, AttributeName } = timeToLiveIn(input);
  if (Enabled && AttributeName === ttl) throw validationError("TimeToLive is already enabled");
  if (!Enabled && ttl === undefined) throw validationError("TimeToLive is already disabled");
  throw validationError(
    `The time to live of ${name} is what the app declares${ttl === undefined ? ", which is none" : `: ${ttl}`}. Change it there.`,
  );
}

function timeToLiveIn(input: OperationInput): { readonly Enabled: boolean; readonly AttributeName: string } {
  const given = requireRecord(input, "TimeToLiveSpecification");
  return {
    Enabled: flagIn(given, "Enabled"),
    AttributeName: textIn(given, "AttributeName") ?? absent("TimeToLiveSpecification.AttributeName"),
  };
}
