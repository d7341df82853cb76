import type { KeyAttribute, Table, TableIndex } from "../../../model/app-model.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/** Tables, global ones too, of which there is the one replica. Throughput and the like need nothing here. */
export function readTables(resources: ResourceSet, draft: ModelDraft): void {
  for (const type of ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"])
    for (const resource of resources.ofType(type)) {
      const table = readTable(resource, propertiesOf(resource, resources.problems));
      if (table !== undefined) draft.tables.push(table);
    }
}

type Attributes = ReadonlyMap<string, KeyAttribute["type"]>;
interface Keys {
  readonly key: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

function readTable(resource: ResolvedResource, properties: Properties): Table | undefined {
  properties.require("KeySchema", "AttributeDefinitions");
  const attributes = readAttributes(properties);
  const keys = properties.has("KeySchema") ? readKeys(properties, attributes) : undefined;
  const read = [
    ...properties.objects("GlobalSecondaryIndexes").map((one) => readIndex(one, attributes)),
    ...properties.objects("LocalSecondaryIndexes").map((one) => readIndex(one, attributes, keys)),
  ];
  const indexes = read.filter((index) => index !== undefined);
  const ttl = readTtl(properties);
  const stream = readStream(properties);
  if (keys === undefined) return undefined;
  // What is wrong with an index is said already.
  if (indexes.length === read.length) checkUnused(properties, attributes, [keys, ...indexes]);
  return {
    name: nameOf(resource),
    ...keys,
    ...(ttl !== undefined && { ttl }),
    ...(stream !== undefined && { stream }),
    indexes,
    retain: isRetained(resource),
  };
}

/** What `DeletionPolicy` says; without one CloudFormation deletes. */
export function isRetained({ deletionPolicy }: ResolvedResource): boolean {
  return deletionPolicy === "Retain" || deletionPolicy === "RetainExceptOnCreate";
}

const attributeTypes = { S: "string", N: "number", B: "binary" } as const;

function readAttributes(properties: Properties): Attributes {
  const attributes = properties.objects("AttributeDefinitions").map((definition) => {
    definition.require("AttributeName", "AttributeType");
    const type = definition.choice("AttributeType", ["S", "N", "B"]) ?? "S";
    return [definition.text("AttributeName") ?? "", attributeTypes[type]] as const;
  });
  return new Map(attributes);
}

/** DynamoDB wants the hash key first. */
function readKeys(properties: Properties, attributes: Attributes): Keys | undefined {
  const read = properties.objects("KeySchema").map((element) => {
    element.require("AttributeName", "KeyType");
    const name = element.text("AttributeName");
    const type = name === undefined ? undefined : attributes.get(name);
    if (name !== undefined && type === undefined)
      element.refuse("AttributeName", `is "${name}", which AttributeDefinitions does not define`);
    const kind = element.choice("KeyType", ["HASH", "RANGE"]);
    return name === undefined || type === undefined ? undefined : { kind, attribute: { name, type } };
  });
  if (read.includes(undefined)) return undefined;
  const [first, second, ...more] = read;
  if (first?.kind !== "HASH" || (second !== undefined && second.kind !== "RANGE") || more.length > 0)
    return properties.refuse("KeySchema", "is to be a HASH key and, after it, one RANGE key at the most");
  return { key: first.attribute, ...(second !== undefined && { sortKey: second.attribute }) };
}

/** `tableKeys` are given for a local index, which has the table's hash key. */
function readIndex(index: Properties, attributes: Attributes, tableKeys?: Keys): TableIndex | undefined {
  index.require("IndexName", "KeySchema", "Projection");
  const projection = readProjection(index);
  const name = index.text("IndexName");
  if (isCompound(index))
    return index.ignore(
      "KeySchema",
      "keys of several attributes are not supported, and the index is not there",
    );
  const keys = index.has("KeySchema") ? readKeys(index, attributes) : undefined;
  if (tableKeys !== undefined && keys !== undefined) {
    if (keys.key.name !== tableKeys.key.name)
      return index.refuse("KeySchema", "is to begin with the table's hash key, as of any local index");
    if (keys.sortKey === undefined)
      return index.refuse("KeySchema", "is to have a RANGE key, as of any local index");
  }
  return name === undefined || keys === undefined ? undefined : { name, ...keys, projection };
}

/** Global indexes may have up to four attributes of each kind (documented). */
function isCompound(index: Properties): boolean {
  const { KeySchema: schema } = index.value;
  if (!Array.isArray(schema)) return false;
  const kinds = schema.map((element: unknown) =>
    JSON.stringify((element as Record<string, unknown>)?.KeyType),
  );
  return kinds.length > new Set(kinds).size;
}

function readProjection(index: Properties): TableIndex["projection"] {
  const projection = index.object("Projection");
  const type = projection?.choice("ProjectionType", ["ALL", "KEYS_ONLY", "INCLUDE"]);
  const attributes = projection?.texts("NonKeyAttributes") ?? [];
  if (type === "INCLUDE") {
    projection?.require("NonKeyAttributes");
    return attributes;
  }
  if (attributes.length > 0)
    projection?.refuse("NonKeyAttributes", "goes only with the ProjectionType INCLUDE");
  return type === "KEYS_ONLY" ? "keys-only" : "all";
}

const streams = {
  KEYS_ONLY: "keys",
  NEW_IMAGE: "new",
  OLD_IMAGE: "old",
  NEW_AND_OLD_IMAGES: "both",
} as const;

/** Global tables' streams have both images unless said (documented); of other tables it has to be. */
function readStream(properties: Properties): Table["stream"] {
  const specification = properties.object("StreamSpecification");
  if (specification === undefined) return undefined;
  const type = specification.choice("StreamViewType", [
    "KEYS_ONLY",
    "NEW_IMAGE",
    "OLD_IMAGE",
    "NEW_AND_OLD_IMAGES",
  ]);
  return streams[type ?? "NEW_AND_OLD_IMAGES"];
}

function readTtl(properties: Properties): string | undefined {
  const specification = properties.object("TimeToLiveSpecification");
  specification?.require("Enabled");
  if (specification?.flag("Enabled") !== true) return undefined;
  specification.require("AttributeName");
  return specification.text("AttributeName");
}

/** DynamoDB refuses attributes that are in no key. */
function checkUnused(properties: Properties, attributes: Attributes, keyed: readonly Keys[]): void {
  const used = new Set(keyed.flatMap(({ key, sortKey }) => [key.name, sortKey?.name]));
  const unused = [...attributes.keys()].filter((name) => name !== "" && !used.has(name));
  if (unused.length > 0)
    properties.refuse("AttributeDefinitions", `defines what is in no key: ${unused.join(", ")}`);
}
