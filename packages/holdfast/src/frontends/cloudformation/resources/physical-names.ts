import { createHash } from "node:crypto";
import { apiId } from "../../../model/names.ts";
import type { AwsPlace } from "../../../ports/frontend.ts";
import type { Resolve, Resolved } from "../intrinsics/scope.ts";
import type { Problems, TemplateResource } from "../template/template.ts";
import type { ResolvedResource } from "./draft.ts";

/** A resource of which single properties can be asked for, before all are resolved. */
export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Undefined also while the property is being resolved: names that lead in a circle are reported. */
  readonly property: (name: string) => Resolved;
}

/** The resources of a template by what they are called, for `Ref` and `Fn::GetAtt`. */
export interface Naming {
  readonly appName: string;
  readonly place: AwsPlace;
  resource(logicalId: string): NamedResource | undefined;
  /** Remembers that something refers to an attribute of a resource that is not run. */
  noteMadeUp(resource: NamedResource, attribute: string): void;
  /** All that were noted of a resource. */
  madeUpOf(logicalId: string): readonly string[];
}

export interface NamingOptions {
  /**
   * Resolves names. They may refer to other resources, hence to this naming; and all properties are resolved again
   * later, so what this one reports should be kept quiet.
   */
  readonly resolve: Resolve;
  readonly appName: string;
  readonly place: AwsPlace;
  readonly problems: Problems;
  /** What the app calls a resource of this template: another of its stacks may have one of the same logical id. */
  readonly idInApp?: (logicalId: string) => string;
}

/**
 * Names of resources, found as they are asked for: a name may hold another resource's. `resources` are those that
 * exist. A circle is TEMPLATE_REFERENCE_INVALID, at one of the properties in it.
 */
export function createNaming(
  resources: Readonly<Record<string, TemplateResource>>,
  { resolve, appName, place, problems, idInApp = (logicalId) => logicalId }: NamingOptions,
): Naming {
  const known = new Map<string, Resolved>();
  const underway = new Set<string>();
  const madeUp = new Map<string, Set<string>>();

  function property(logicalId: string, resource: TemplateResource, name: string): Resolved {
    const key = JSON.stringify([logicalId, name]);
    if (known.has(key)) return known.get(key);
    const written = resource.properties[name];
    if (written === undefined) return undefined;
    const path = ["Resources", logicalId, "Properties", name];
    if (underway.has(key)) {
      const message = `"${name}" of ${logicalId} refers to itself, by way of what it refers to`;
      problems.error(path, "TEMPLATE_REFERENCE_INVALID", message);
      return undefined;
    }
    underway.add(key);
    const resolved = resolve(written, path);
    underway.delete(key);
    known.set(key, resolved);
    return resolved;
  }

  return {
    appName,
    place,
    resource: (logicalId) => {
      const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
      if (resource === undefined) return undefined;
      return {
        logicalId: idInApp(logicalId),
        type: resource.type,
        property: (name) => property(logicalId, resource, name),
      };
    },
    noteMadeUp: ({ logicalId }, attribute) => {
      madeUp.set(logicalId, (madeUp.get(logicalId) ?? new Set()).add(attribute));
    },
    madeUpOf: (logicalId) => [...(madeUp.get(logicalId) ?? [])],
  };
}

interface NameRule {
  /** The property that gives the name. */
  readonly property: string;
  readonly maximumLength: number;
  /** Names of another form cannot be used; the logical id is. */
  readonly form?: RegExp;
  readonly lowerCase?: true;
  /** The property by which the name ends in `.fifo`. */
  readonly fifo?: string;
}

const plainForm = /^[A-Za-z0-9][\w-]{0,63}$/;
const apiRule: NameRule = { property: "Name", maximumLength: 64, form: plainForm };
const tableRule: NameRule = { property: "TableName", maximumLength: 255 };

const rules: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  ["AWS::Lambda::Function", { property: "FunctionName", maximumLength: 64 }],
  ["AWS::Lambda::LayerVersion", { property: "LayerName", maximumLength: 140 }],
  ["AWS::DynamoDB::Table", tableRule],
  ["AWS::DynamoDB::GlobalTable", tableRule],
  ["AWS::S3::Bucket", { property: "BucketName", maximumLength: 63, lowerCase: true }],
  ["AWS::SNS::Topic", { property: "TopicName", maximumLength: 256, fifo: "FifoTopic" }],
  ["AWS::SQS::Queue", { property: "QueueName", maximumLength: 80, fifo: "FifoQueue" }],
  ["AWS::IAM::Role", { property: "RoleName", maximumLength: 64 }],
  ["AWS::IAM::ManagedPolicy", { property: "ManagedPolicyName", maximumLength: 128 }],
  ["AWS::Logs::LogGroup", { property: "LogGroupName", maximumLength: 512 }],
  ["AWS::SSM::Parameter", { property: "Name", maximumLength: 1011 }],
  // The model's schedules have plain names.
  ["AWS::Events::Rule", { property: "Name", maximumLength: 64, form: plainForm }],
  ["AWS::Scheduler::Schedule", { property: "Name", maximumLength: 64, form: plainForm }],
  ["AWS::ApiGatewayV2::Api", apiRule],
  ["AWS::ApiGateway::RestApi", apiRule],
  ["AWS::ApiGateway::ApiKey", apiRule],
  ["AWS::ApiGateway::UsagePlan", { ...apiRule, property: "UsagePlanName" }],
  ["AWS::ApiGatewayV2::Stage", { property: "StageName", maximumLength: 128 }],
  ["AWS::ApiGateway::Stage", { property: "StageName", maximumLength: 128 }],
  ["AWS::ApiGatewayV2::DomainName", { property: "DomainName", maximumLength: 512 }],
  ["AWS::ApiGateway::DomainName", { property: "DomainName", maximumLength: 512 }],
]);

/** What a resource is called: what its properties say, else its logical id. */
export function physicalName({ logicalId, type, property }: NamedResource): string {
  const rule = rules.get(type);
  if (rule === undefined) return logicalId;
  const written = property(rule.property);
  const given = typeof written === "number" ? String(written) : written;
  if (typeof given === "string" && given !== "" && (rule.form?.test(given) ?? true)) return given;
  // AWS makes longer names of logical ids, and cuts them too.
  const suffix = rule.fifo !== undefined && isTrue(property(rule.fifo)) ? ".fifo" : "";
  const name = shorten(logicalId, rule.maximumLength - suffix.length) + suffix;
  return rule.lowerCase === true ? name.toLowerCase() : name;
}

/** The name of a resource in the model. */
export function nameOf(resource: ResolvedResource): string {
  return physicalName(asNamed(resource));
}

/**
 * The id of an API. Those of WebSocket APIs are what the model derives from their names; HTTP and REST APIs may have the
 * same names, and have other ids.
 */
export function idOfApi(resource: NamedResource, appName: string): string {
  const name = physicalName(resource);
  if (resource.type === "AWS::ApiGateway::RestApi") return apiId(appName, `rest:${name}`);
  const isWebSocket = resource.property("ProtocolType") === "WEBSOCKET";
  return apiId(appName, isWebSocket ? name : `http:${name}`);
}

export function asNamed({ logicalId, type, properties }: ResolvedResource): NamedResource {
  return { logicalId, type, property: (name) => properties[name] };
}

/** Letters and digits that are the same for the same text each time, for ids that AWS would make. */
export function stableId(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** What a property says, as part of a text. */
export function textOf(value: Resolved): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function isTrue(value: Resolved): boolean {
  return value === true || value === "true";
}

const hashLength = 8;

/** The same name each time; others do not get it. */
function shorten(name: string, maximumLength: number): string {
  if (name.length <= maximumLength) return name;
  return `${name.slice(0, maximumLength - hashLength - 1)}-${stableId(name, hashLength)}`;
}
