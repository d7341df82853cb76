import type { Json, JsonObject, TemplatePath } from "../template/template.ts";
import { isList } from "../template/json-kinds.ts";
import { arnOf, ref, toList, toObject } from "./json-values.ts";
import { toActions } from "./policies.ts";
import {
  makeResource,
  requireProperty,
  type Made,
  type Resources,
  type SamApp,
  type SamResource,
} from "./sam-resource.ts";

interface Grant {
  /** A service and names of its actions. */
  readonly read?: string;
  readonly write?: string;
  /** What is allowed beside the resource itself, after its ARN. */
  readonly within?: string;
}

/** What a connector lets a function do with a resource, by the resource's type (documented). */
const grants: Readonly<Record<string, Grant>> = {
  "AWS::Lambda::Function": { write: "lambda: InvokeAsync InvokeFunction" },
  "AWS::DynamoDB::Table": {
    read: "dynamodb: GetItem Query Scan BatchGetItem ConditionCheckItem PartiQLSelect",
    write: "dynamodb: PutItem UpdateItem DeleteItem BatchWriteItem PartiQLDelete PartiQLInsert PartiQLUpdate",
    within: "/index/*",
  },
  "AWS::S3::Bucket": {
    read:
      "s3: GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTorrent GetObjectVersion " +
      "GetObjectVersionAcl GetObjectVersionForReplication GetObjectVersionTorrent ListBucket " +
      "ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts",
    write:
      "s3: AbortMultipartUpload DeleteObject DeleteObjectVersion PutObject PutObjectLegalHold " +
      "PutObjectRetention RestoreObject",
    within: "/*",
  },
  "AWS::SQS::Queue": {
    read: "sqs: ReceiveMessage GetQueueAttributes",
    write: "sqs: DeleteMessage SendMessage ChangeMessageVisibility PurgeQueue",
  },
  "AWS::SNS::Topic": { write: "sns: Publish" },
  "AWS::Events::EventBus": { write: "events: PutEvents" },
};

const plainTypes: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "AWS::Lambda::Function",
  "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
};

/** The `Connectors` of a resource as resources of their own, with that resource as their source. */
export function readConnectors(resource: SamResource): readonly SamResource[] {
  return Object.entries(resource.connectors ?? {}).map(([name, connector]) => {
    const { Properties: properties, DependsOn: dependsOn } = toObject(connector);
    const { SourceReference: source, ...others } = toObject(properties);
    return {
      type: "AWS::Serverless::Connector",
      logicalId: `${resource.logicalId}${name}`,
      path: [...resource.path, "Connectors", name],
      properties: { ...others, Source: { ...toObject(source), Id: resource.logicalId } },
      dependsOn: toList(dependsOn).filter((one) => typeof one === "string"),
      metadata: {},
      ...(resource.condition !== undefined && { condition: resource.condition }),
    };
  });
}

/** `AWS::Serverless::Connector`: of a function, a policy of its role; other connectors are left out. */
export function makeConnector(resource: SamResource, app: SamApp): Made {
  const { properties } = resource;
  const place = { properties, path: [...resource.path, "Properties"] };
  for (const name of ["Source", "Destination", "Permissions"]) requireProperty(app.problems, place, name);
  const isMany = isList(properties.Destination);
  const made = toList(properties.Destination).map((destination, index) => {
    const id = `${resource.logicalId}Policy${isMany ? `Destination${index}` : ""}`;
    const path = [...resource.path, "Properties", "Destination", ...(isMany ? [index] : [])];
    return makeGrant(resource, id, toObject(destination), path, app);
  });
  return { resources: Object.assign({}, ...made) as Resources };
}

function makeGrant(
  resource: SamResource,
  policyId: string,
  destination: JsonObject,
  path: TemplatePath,
  app: SamApp,
): Resources {
  const source = readEnd(toObject(resource.properties.Source), app);
  const target = readEnd(destination, app);
  for (const [end, place] of [
    [source, [...resource.path, "Properties", "Source"]],
    [target, path],
  ] as const) {
    if (end.type !== undefined) continue;
    const message = `The template has no resource ${end.id ?? "without an Id"}`;
    app.problems.error(place, "TEMPLATE_REFERENCE_INVALID", message);
  }
  if (source.type === undefined || target.type === undefined || target.id === undefined) return {};
  const grant = source.type === "AWS::Lambda::Function" ? grants[target.type] : undefined;
  if (grant === undefined || source.role === undefined) {
    const message = `Holdfast does not run connectors from ${source.type} to ${target.type}`;
    app.problems.warn(path, "TEMPLATE_RESOURCE_IGNORED", message);
    return {};
  }
  const wanted = new Set(toList(resource.properties.Permissions));
  const statements = [wanted.has("Read") && grant.read, wanted.has("Write") && grant.write]
    .filter((actions): actions is string => typeof actions === "string")
    .map((actions) => toStatement(actions, grant.within, target.arn));
  const policy = makeResource(resource, "AWS::IAM::ManagedPolicy", {
    PolicyDocument: { Version: "2012-10-17", Statement: statements },
    Roles: [source.role],
  });
  return { [policyId]: policy };
}

interface End {
  readonly id?: string;
  readonly type?: string;
  readonly arn: Json;
  readonly role?: Json;
}

/** A resource of this template by its `Id`, or one that is described. */
function readEnd(given: JsonObject, { resources }: SamApp): End {
  const id = typeof given.Id === "string" ? given.Id : undefined;
  const resource = id === undefined ? undefined : resources.get(id);
  const type = resource?.type ?? (typeof given.Type === "string" ? given.Type : undefined);
  if (id === undefined || type === undefined) return id === undefined ? { arn: "" } : { id, arn: "" };
  const plain = plainTypes[type] ?? type;
  const isOwnRole = type === "AWS::Serverless::Function" && resource?.properties.Role === undefined;
  const role = isOwnRole ? ref(`${id}Role`) : given.RoleName;
  const arn = plain === "AWS::SNS::Topic" ? ref(id) : arnOf(id);
  return { id, type: plain, arn, ...(role !== undefined && { role }) };
}

function toStatement(actions: string, within: string | undefined, arn: Json): JsonObject {
  const inside: Json[] = within === undefined ? [] : [{ "Fn::Sub": [`\${Arn}${within}`, { Arn: arn }] }];
  return {
    Effect: "Allow",
    Action: toActions(actions),
    Resource: [arn, ...inside],
  };
}
