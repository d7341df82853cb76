import type { Json, JsonObject } from "../template/template.ts";
import { toObject } from "./json-values.ts";
import { makeResource, toTagList, type Made, type SamApp, type SamResource } from "./sam-resource.ts";

const attributeTypes: Readonly<Record<string, string>> = { String: "S", Number: "N", Binary: "B" };

/** `AWS::Serverless::SimpleTable`: a table with a key of one attribute, `id` unless it says otherwise. */
export function makeSimpleTable(resource: SamResource, app: SamApp): Made {
  const { properties, logicalId } = resource;
  const key = readKey(resource, app);
  const throughput = properties.ProvisionedThroughput;
  const table = makeResource(
    resource,
    "AWS::DynamoDB::Table",
    {
      TableName: properties.TableName,
      AttributeDefinitions: [{ AttributeName: key.name, AttributeType: key.type }],
      KeySchema: [{ AttributeName: key.name, KeyType: "HASH" }],
      ...(throughput === undefined
        ? { BillingMode: "PAY_PER_REQUEST" }
        : { ProvisionedThroughput: throughput }),
      SSESpecification: properties.SSESpecification,
      PointInTimeRecoverySpecification: properties.PointInTimeRecoverySpecification,
      Tags: toTagList(properties.Tags),
    },
    { dependsOn: resource.dependsOn, metadata: resource.metadata },
  );
  return { resources: { [logicalId]: table } };
}

function readKey({ properties, path }: SamResource, { problems }: SamApp): { name: Json; type: Json } {
  if (properties.PrimaryKey === undefined) return { name: "id", type: "S" };
  const key: JsonObject = toObject(properties.PrimaryKey);
  const place = [...path, "Properties", "PrimaryKey"];
  if (key.Name === undefined) problems.error(place, "TEMPLATE_PROPERTY_INVALID", "The key has no Name");
  if (key.Type !== undefined && typeof key.Type !== "string")
    return { name: key.Name ?? "id", type: key.Type };
  const type = attributeTypes[key.Type ?? "String"];
  if (type === undefined) {
    const message = `A key cannot be of type ${key.Type}`;
    problems.error([...place, "Type"], "TEMPLATE_PROPERTY_INVALID", message, "String, Number or Binary.");
  }
  return { name: key.Name ?? "id", type: type ?? "S" };
}
