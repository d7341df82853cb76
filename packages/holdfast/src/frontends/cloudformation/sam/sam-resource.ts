import type { Json, JsonObject, Problems, TemplatePath, TemplateResource } from "../template/template.ts";
import { isObject } from "../template/json-kinds.ts";
import { compact, isIntrinsic, type Sparse } from "./json-values.ts";

export type Resources = Readonly<Record<string, TemplateResource>>;

/** A resource of the source template; of SAM's kinds with what `Globals` say in its properties. */
export interface SamResource extends TemplateResource {
  readonly logicalId: string;
  /** To the resource. */
  readonly path: TemplatePath;
  /** Properties that only `Globals` give it. */
  readonly inherited?: readonly string[];
}

/** What every part of the transform may look at. */
export interface SamApp {
  readonly resources: ReadonlyMap<string, SamResource>;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly problems: Problems;
}

/** What one resource of SAM's becomes. */
export interface Made {
  readonly resources: Resources;
  /** Names that SAM lets templates refer to, as in `!Ref Api.Stage`, to the logical id of what is meant. */
  readonly references?: Readonly<Record<string, string>>;
  readonly routes?: readonly ApiRoute[];
  readonly notifications?: readonly BucketNotification[];
}

/** An event of a function at an HTTP or REST API: an operation of the API's OpenAPI document. */
export interface ApiRoute {
  readonly kind: "rest" | "http";
  readonly apiId: string;
  /** `$default`, or a path. */
  readonly path: string;
  /** `get`, `x-amazon-apigateway-any-method`. */
  readonly method: string;
  /** The function's ARN, as `Fn::Sub` has it: `${Hello.Arn}`. */
  readonly functionArn: string;
  /** Of the event: its properties but path and method. */
  readonly properties: JsonObject;
  readonly condition?: string;
  readonly place: TemplatePath;
}

export interface BucketNotification {
  readonly bucket: string;
  /** `LambdaConfigurations`' entries. */
  readonly configurations: readonly JsonObject[];
  /** The permission without which S3 does not take the configuration. */
  readonly permission: string;
  readonly condition?: string;
}

/** What made resources take over from what they are made of. */
export interface Origin {
  readonly path: TemplatePath;
  readonly condition?: string;
  readonly deletionPolicy?: string;
}

interface MoreOfResource {
  readonly dependsOn?: readonly string[];
  readonly metadata?: JsonObject;
  readonly deletionPolicy?: string;
}

export function makeResource(
  origin: Origin,
  type: string,
  properties: Sparse,
  more: MoreOfResource = {},
): TemplateResource {
  const deletionPolicy = more.deletionPolicy ?? origin.deletionPolicy;
  return {
    type,
    properties: compact(properties),
    dependsOn: more.dependsOn ?? [],
    metadata: more.metadata ?? {},
    madeFrom: origin.path,
    ...(origin.condition !== undefined && { condition: origin.condition }),
    ...(deletionPolicy !== undefined && { deletionPolicy }),
  };
}

/** Says that a property must be there; `undefined` when it is not. */
export function requireProperty(
  problems: Problems,
  { properties, path }: { readonly properties: JsonObject; readonly path: TemplatePath },
  name: string,
): Json | undefined {
  const value = properties[name];
  if (value === undefined) {
    reportMissing(problems, path, name);
  }
  return value;
}

/** @param path to the properties that it is missing from, or to a part of them */
export function reportMissing(problems: Problems, path: TemplatePath, name: string, hint?: string): void {
  const [, logicalId = "", , ...steps] = path;
  const message = `"${[...steps, name].join(".")}" of ${logicalId} is missing`;
  problems.error(path, "TEMPLATE_PROPERTY_INVALID", message, hint);
}

/** `{ team: "web" }` as CloudFormation's list of keys and values. */
export function toTagList(tags: Json | undefined): Json | undefined {
  if (!isObject(tags) || isIntrinsic(tags)) return undefined;
  return Object.entries(tags).map(([Key, Value]): JsonObject => ({ Key, Value }));
}
