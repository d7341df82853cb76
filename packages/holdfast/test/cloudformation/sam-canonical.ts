import type {
  Json,
  JsonObject,
  Template,
  TemplateResource,
} from "../../src/frontends/cloudformation/template/template.ts";
import { isList, isObject } from "../../src/frontends/cloudformation/template/json-kinds.ts";
import { toList, toObject, toText } from "../../src/frontends/cloudformation/sam/json-values.ts";

/** A template as JSON has it, in the form that the front end exchanges. */
export function toTemplate(source: JsonObject): Template {
  const section = (name: string): Record<string, JsonObject> =>
    toObject(source[name]) as Record<string, JsonObject>;
  return {
    parameters: section("Parameters"),
    mappings: section("Mappings"),
    conditions: section("Conditions"),
    resources: mapValues(section("Resources"), toResource),
    outputs: section("Outputs"),
    transforms: toList(source.Transform).map(toText),
    globals: section("Globals"),
    metadata: section("Metadata"),
  };
}

function toResource(resource: JsonObject): TemplateResource {
  const { Type, Properties, Condition, DependsOn, Metadata, DeletionPolicy } = resource;
  const { Connectors, IgnoreGlobals } = resource;
  return {
    type: toText(Type ?? ""),
    properties: toObject(Properties),
    dependsOn: toList(DependsOn).map((one) => toText(one)),
    metadata: toObject(Metadata),
    ...(typeof Condition === "string" && { condition: Condition }),
    ...(typeof DeletionPolicy === "string" && { deletionPolicy: DeletionPolicy }),
    ...(Connectors !== undefined && { connectors: toObject(Connectors) }),
    ...(IgnoreGlobals !== undefined && {
      ignoreGlobals: IgnoreGlobals === "*" ? IgnoreGlobals : toList(IgnoreGlobals).map(toText),
    }),
  };
}

/**
 * A transformed template as plain data that compares equal when it means the same here. All the differences between
 * SAM's translator and the transform that are allowed are taken out here, each with its reason.
 */
export function canonical(template: Template): JsonObject {
  const withIds = withoutHashes(template);
  const resources = mapValues(withIds.resources, (resource, id) => canonicalResource(id, resource));
  return { resources, outputs: canonicalValue(withIds.outputs) };
}

/** SAM ends these ids with a hash of what they are made from; nobody can refer to them by it. */
const hashed = ["AWS::Lambda::LayerVersion", "AWS::Lambda::Version", "AWS::ApiGateway::Deployment"];

function withoutHashes(template: Template): Template {
  const ids = Object.entries(template.resources)
    .filter(([id, { type }]) => hashed.includes(type) && /[0-9a-f]{10}$/.test(id))
    .map(([id]) => id);
  const text = ids.reduce((all, id) => all.replaceAll(id, id.slice(0, -10)), JSON.stringify(template));
  return JSON.parse(text) as Template;
}

function canonicalResource(id: string, resource: TemplateResource): JsonObject {
  const { type, condition, dependsOn, metadata, deletionPolicy } = resource;
  const { BuildMethod, BuildProperties } = metadata;
  return {
    type,
    condition: condition ?? null,
    dependsOn: dependsOn.toSorted(),
    // Notes of SAM's about connectors, and layers' metadata, which SAM drops: nothing reads them.
    metadata:
      type === "AWS::Lambda::Function" ? { ...(BuildMethod && { BuildMethod, BuildProperties }) } : {},
    // Implicit APIs take over the functions' deletion policy: nothing is deleted here.
    deletionPolicy: id.startsWith("Serverless") ? null : (deletionPolicy ?? null),
    properties: canonicalProperties(type, resource.properties),
  };
}

function canonicalProperties(type: string, properties: JsonObject): Json {
  const { Body, ...rest } = properties;
  const others: Record<string, Json> = { ...rest };
  // A second stage that SAM's deployments make, and a hash in words.
  if (type === "AWS::ApiGateway::Deployment")
    for (const name of ["Description", "StageName"]) delete others[name];
  // The kind of endpoint once more, in another form.
  if (type === "AWS::ApiGateway::RestApi") delete others.Parameters;
  const body = Body === undefined ? {} : { Body: canonicalBody(toObject(Body)) };
  return canonicalValue({ ...others, ...body });
}

function canonicalBody(body: JsonObject): JsonObject {
  const kept: Record<string, Json> = { ...body };
  // Said by SAM in the body, and by the transform in the API's properties or not at all: tags, media types.
  for (const name of ["tags", "x-amazon-apigateway-binary-media-types"]) delete kept[name];
  const paths = mapValues(toObject(kept.paths), (operations) =>
    // SAM writes the condition of an operation again on its path and on its URI.
    mapValues(toObject(unwrap(operations)), (operation, method) => canonicalOperation(method, operation)),
  );
  return { ...kept, paths };
}

function canonicalOperation(method: string, operation: Json): Json {
  const choice = isObject(operation) ? operation["Fn::If"] : undefined;
  if (isList(choice)) {
    const [condition = null, one = null, other = null] = choice;
    return { "Fn::If": [condition, canonicalOperation(method, one), other] };
  }
  const kept: Record<string, Json> = { ...toObject(operation) };
  // The mocks that answer OPTIONS describe their responses: nothing reads it.
  if (method === "options")
    for (const name of ["consumes", "produces", "responses", "summary"]) delete kept[name];
  const integration = toObject(kept["x-amazon-apigateway-integration"]);
  if (integration.uri === undefined) return kept;
  return { ...kept, "x-amazon-apigateway-integration": { ...integration, uri: unwrap(integration.uri) } };
}

function unwrap(value: Json): Json {
  const choice = isObject(value) ? value["Fn::If"] : undefined;
  return isList(choice) ? (choice[1] ?? null) : value;
}

/** Lists that are sets. */
const sets = [
  "ManagedPolicyArns",
  "Policies",
  "Action",
  "Resource",
  "LambdaConfigurations",
  "security",
  "Tags",
];

function canonicalValue(value: Json, name = ""): Json {
  if (isList(value)) {
    const items = value.map((one) => canonicalValue(one)).filter((one) => !isTagOfSam(one));
    return sets.includes(name) ? toSet(items) : items;
  }
  if (typeof value === "string") return canonicalText(value);
  if (!isObject(value)) return value;
  if (value["Fn::Sub"] !== undefined) return canonicalSub(value["Fn::Sub"]);
  const entries = Object.entries(toPlainStatement(value))
    .map(([key, one]): [string, Json] => [key, canonicalValue(one, key)])
    .filter(([key, one]) => !isTagOfSam({ Key: key }) && !(key === "Tags" && isEmpty(one)));
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** In policies one thing and a list of it are the same. */
function toPlainStatement(value: JsonObject): JsonObject {
  if (value.Effect === undefined) return value;
  return mapValues(value, (one, name) => (name === "Action" || name === "Resource" ? toList(one) : one));
}

const isEmpty = (value: Json): boolean => JSON.stringify(value) === "[]" || JSON.stringify(value) === "{}";
const toSet = (items: readonly Json[]): Json =>
  [...new Set(items.map((one) => JSON.stringify(one)))]
    .toSorted()
    .map((text): Json => JSON.parse(text) as Json);

/** Tags that say that SAM made it, and tags by which SAM makes a bucket depend on what may not exist. */
function isTagOfSam(value: Json): boolean {
  const key = isObject(value) ? value.Key : undefined;
  return typeof key === "string" && /:createdBy$|^sam:ConditionalDependsOn/.test(key);
}

/** The partition is always `aws` here; `~1` is a slash in media types. */
function canonicalText(text: string): string {
  return text.replaceAll("${AWS::Partition}", "aws").replaceAll("~1", "/");
}

/** `Fn::Sub` without variables: what they are called is nobody's business. */
function canonicalSub(sub: Json): Json {
  const [text, variables] = isList(sub) ? sub : [sub];
  let whole = typeof text === "string" ? text : JSON.stringify(text);
  for (const [name, value] of Object.entries(toObject(variables))) {
    whole = whole.replaceAll(`\${${name}}`, inText(canonicalValue(value)));
  }
  return { "Fn::Sub": canonicalText(whole) };
}

function inText(value: Json): string {
  if (typeof value === "string") return value;
  const { Ref, "Fn::GetAtt": attribute } = toObject(value);
  if (typeof Ref === "string") return `\${${Ref}}`;
  return attribute === undefined
    ? `\${${JSON.stringify(value)}}`
    : `\${${toList(attribute).map(toText).join(".")}}`;
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

/** The translator's result: code of the bucket "local" is beside the template. */
export function withLocalCode(result: JsonObject): JsonObject {
  const replace = (value: Json): Json => {
    if (isList(value)) return value.map(replace);
    if (!isObject(value)) return value;
    return value.S3Bucket === "local" ? (value.S3Key ?? "") : mapValues(value, replace);
  };
  return toObject(replace(result));
}
