import type { Json } from "../template/template.ts";
import {
  functionArn,
  functionOfArn,
  globalArn,
  hostOfApi,
  queueUrl,
  regionalArn,
  websiteUrl,
} from "./arns.ts";
import {
  idOfApi,
  isTrue,
  physicalName,
  stableId,
  textOf,
  type NamedResource,
  type Naming,
} from "./physical-names.ts";
import { isHarmless } from "./ignored-kinds.ts";

/** What `Ref` gives for a resource. */
export function refOf(resource: NamedResource, naming: Naming): Json {
  return kindOf(resource.type)?.ref(resource, naming) ?? resource.logicalId;
}

/**
 * What `Fn::GetAtt` gives for a resource; undefined for an attribute that its kind has not. Of kinds that are not known,
 * any attribute is a made-up text, the same each time, which is noted.
 */
export function attributeOf(resource: NamedResource, attribute: string, naming: Naming): Json | undefined {
  const kind = kindOf(resource.type);
  if (kind !== undefined) return kind.attributes[attribute]?.(resource, naming);
  if (!isHarmless(resource.type)) naming.noteMadeUp(resource, attribute);
  return madeUp(resource, attribute, naming);
}

function madeUp({ logicalId, type }: NamedResource, attribute: string, { place }: Naming): string {
  const service = /^AWS::(\w+)::/.exec(type)?.[1]?.toLowerCase();
  if (service !== undefined && attribute.endsWith("Arn"))
    return regionalArn(place, service, `${logicalId}-is-not-run-here`);
  return `${logicalId}-${attribute.replaceAll(".", "-")}-is-not-run-here`;
}

/** Everything that a resource may be referred to by from another: its Ref, its name, its ARNs. */
export function identifiersOf(resource: NamedResource, naming: Naming): readonly string[] {
  const attributes = Object.entries(kindOf(resource.type)?.attributes ?? {})
    .filter(([name]) => /(?:Arn|Url|Id)$/.test(name))
    .map(([, attribute]) => attribute(resource, naming));
  const all = [refOf(resource, naming), physicalName(resource), ...attributes];
  return [...new Set(all.filter((one) => typeof one === "string"))];
}

type Attribute = (resource: NamedResource, naming: Naming) => Json | undefined;

interface Kind {
  readonly ref: Attribute;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const logicalId: Attribute = ({ logicalId }) => logicalId;
const name: Attribute = physicalName;
const property =
  (property: string): Attribute =>
  (resource) =>
    resource.property(property);
const made =
  (length: number, prefix = ""): Attribute =>
  ({ logicalId }) =>
    prefix + stableId(logicalId, length);

const ofFunction: Attribute = (resource, { place }) => functionArn(place, physicalName(resource));
const ofRegion =
  (service: string, resourceOf: (name: string) => string): Attribute =>
  (resource, { place }) =>
    regionalArn(place, service, resourceOf(physicalName(resource)));
/** Of versions and aliases. */
const qualified =
  (qualifierOf: (resource: NamedResource) => Json | undefined): Attribute =>
  (resource, { place }) => {
    const given = resource.property("FunctionName");
    const ofName = typeof given === "string" ? functionOfArn(given) : resource.logicalId;
    return `${functionArn(place, ofName)}:${textOf(qualifierOf(resource))}`;
  };
const versionArn = qualified(() => 1);
const aliasArn = qualified((alias) => alias.property("Name"));
const layerArn = ofRegion("lambda", (layer) => `layer:${layer}:1`);

const tableArn = ofRegion("dynamodb", (table) => `table/${table}`);
const table: Kind = {
  ref: name,
  attributes: {
    Arn: tableArn,
    StreamArn: (resource, naming) =>
      resource.property("StreamSpecification") === undefined
        ? undefined
        : // Streams are named after the time at which they were made; this one was always there.
          `${textOf(tableArn(resource, naming))}/stream/2020-01-01T00:00:00.000`,
    TableId: ({ logicalId }) => stableId(logicalId, 32),
  },
};

const topicArn = ofRegion("sns", (topic) => topic);
const roleArn: Attribute = (resource, { place }) =>
  globalArn(place, `role${pathOf(resource)}${physicalName(resource)}`);
const managedPolicyArn: Attribute = (resource, { place }) =>
  globalArn(place, `policy${pathOf(resource)}${physicalName(resource)}`);
const urlOfQueue: Attribute = (resource, { place }) => queueUrl(place, physicalName(resource));
const subscriptionArn: Attribute = ({ logicalId, property }) =>
  `${textOf(property("TopicArn"))}:${stableId(logicalId, 32)}`;

const apiIdOf: Attribute = (resource, { appName }) => idOfApi(resource, appName);
const customDomain: Kind = {
  ref: name,
  attributes: {
    RegionalDomainName: (resource, { place }) => `d-${stableId(resource.logicalId, 10)}${hostOfApi(place)}`,
    RegionalHostedZoneId: made(14, "Z"),
    DistributionDomainName: ({ logicalId }) => `d${stableId(logicalId, 13)}.cloudfront.net`,
    DistributionHostedZoneId: made(14, "Z"),
    DomainNameArn: (resource, { place }) =>
      `arn:aws:apigateway:${place.region}::/domainnames/${physicalName(resource)}`,
  },
};
/** Parts of APIs and the like: all there is to know of them is which one they are. */
const part = (...attributes: readonly string[]): Kind => ({
  ref: logicalId,
  attributes: Object.fromEntries(attributes.map((attribute) => [attribute, logicalId])),
});

const kinds: Readonly<Record<string, Kind>> = {
  "AWS::Lambda::Function": { ref: name, attributes: { Arn: ofFunction } },
  "AWS::Lambda::Version": {
    ref: versionArn,
    attributes: { FunctionArn: versionArn, Version: () => "1" },
  },
  "AWS::Lambda::Alias": { ref: aliasArn, attributes: { AliasArn: aliasArn } },
  "AWS::Lambda::LayerVersion": { ref: layerArn, attributes: { LayerVersionArn: layerArn } },
  "AWS::Lambda::Permission": part("Id"),
  "AWS::Lambda::EventSourceMapping": part("Id"),
  "AWS::Lambda::EventInvokeConfig": part(),
  "AWS::DynamoDB::Table": table,
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::S3::Bucket": {
    ref: name,
    attributes: {
      Arn: (resource) => `arn:aws:s3:::${physicalName(resource)}`,
      DomainName: (resource) => `${physicalName(resource)}.s3.amazonaws.com`,
      RegionalDomainName: (resource, { place }) =>
        `${physicalName(resource)}.s3.${place.region}.amazonaws.com`,
      DualStackDomainName: (resource, { place }) =>
        `${physicalName(resource)}.s3.dualstack.${place.region}.amazonaws.com`,
      WebsiteURL: (resource, { place }) => websiteUrl(place, physicalName(resource)),
    },
  },
  "AWS::S3::BucketPolicy": part(),
  "AWS::SNS::Topic": {
    ref: topicArn,
    attributes: {
      TopicArn: topicArn,
      TopicName: name,
      DisplayName: property("DisplayName"),
      FifoTopic: ({ property }) => isTrue(property("FifoTopic")),
    },
  },
  "AWS::SNS::TopicPolicy": part("Id"),
  "AWS::SNS::Subscription": { ref: subscriptionArn, attributes: { Arn: subscriptionArn } },
  "AWS::SQS::Queue": {
    ref: urlOfQueue,
    attributes: { Arn: ofRegion("sqs", (queue) => queue), QueueName: name, QueueUrl: urlOfQueue },
  },
  "AWS::SQS::QueuePolicy": part("Id"),
  "AWS::IAM::Role": { ref: name, attributes: { Arn: roleArn, RoleId: made(17, "AROA") } },
  "AWS::IAM::Policy": part("Id"),
  "AWS::IAM::RolePolicy": part(),
  "AWS::IAM::ManagedPolicy": { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },
  "AWS::Logs::LogGroup": {
    ref: name,
    attributes: { Arn: ofRegion("logs", (group) => `log-group:${group}:*`) },
  },
  "AWS::SSM::Parameter": {
    ref: name,
    attributes: { Name: name, Type: property("Type"), Value: property("Value") },
  },
  "AWS::Events::Rule": { ref: name, attributes: { Arn: ofRegion("events", (rule) => `rule/${rule}`) } },
  "AWS::Scheduler::Schedule": { ref: name, attributes: { Arn: scheduleArn } },
  "AWS::ApiGatewayV2::Api": {
    ref: apiIdOf,
    attributes: {
      ApiId: apiIdOf,
      ApiEndpoint: (resource, { appName, place }) => {
        const scheme = resource.property("ProtocolType") === "WEBSOCKET" ? "wss" : "https";
        return `${scheme}://${idOfApi(resource, appName)}${hostOfApi(place)}`;
      },
      ExecuteApiArn: (resource, { appName, place }) =>
        regionalArn(place, "execute-api", idOfApi(resource, appName)),
    },
  },
  "AWS::ApiGatewayV2::Stage": { ref: name, attributes: { Id: logicalId } },
  "AWS::ApiGatewayV2::Deployment": part("DeploymentId"),
  "AWS::ApiGatewayV2::Integration": part("IntegrationId"),
  "AWS::ApiGatewayV2::IntegrationResponse": part("IntegrationResponseId"),
  "AWS::ApiGatewayV2::Route": part("RouteId"),
  "AWS::ApiGatewayV2::RouteResponse": part("RouteResponseId"),
  "AWS::ApiGatewayV2::Authorizer": part("AuthorizerId"),
  "AWS::ApiGatewayV2::Model": part("ModelId"),
  "AWS::ApiGatewayV2::ApiMapping": part("ApiMappingId"),
  "AWS::ApiGatewayV2::VpcLink": part("VpcLinkId"),
  "AWS::ApiGatewayV2::ApiGatewayManagedOverrides": part(),
  "AWS::ApiGatewayV2::DomainName": customDomain,
  "AWS::ApiGateway::DomainName": customDomain,
  "AWS::ApiGateway::RestApi": {
    ref: apiIdOf,
    attributes: { RestApiId: apiIdOf, RootResourceId: made(10) },
  },
  "AWS::ApiGateway::Stage": { ref: name, attributes: {} },
  "AWS::ApiGateway::Deployment": part("DeploymentId"),
  "AWS::ApiGateway::Resource": part("ResourceId"),
  "AWS::ApiGateway::Method": part(),
  "AWS::ApiGateway::Authorizer": part("AuthorizerId"),
  "AWS::ApiGateway::Model": { ref: (model) => model.property("Name") ?? model.logicalId, attributes: {} },
  "AWS::ApiGateway::RequestValidator": part("RequestValidatorId"),
  "AWS::ApiGateway::GatewayResponse": part("Id"),
  "AWS::ApiGateway::BasePathMapping": part(),
  "AWS::ApiGateway::Account": part("Id"),
  "AWS::ApiGateway::ApiKey": part("APIKeyId"),
  "AWS::ApiGateway::UsagePlan": part("Id"),
  "AWS::ApiGateway::UsagePlanKey": part("Id"),
};

function kindOf(type: string): Kind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
}

function scheduleArn(resource: NamedResource, { place }: Naming): Json {
  const group = resource.property("GroupName") ?? "default";
  return regionalArn(place, "scheduler", `schedule/${textOf(group)}/${physicalName(resource)}`);
}

function pathOf({ property }: NamedResource): string {
  const path = property("Path");
  return typeof path === "string" ? path : "/";
}
