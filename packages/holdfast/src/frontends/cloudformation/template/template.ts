import type { Diagnostic, Place } from "../../../model/diagnostic.ts";

/** What JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** From the template's top: `["Resources", "Api", "Properties", "Name"]`. */
export type TemplatePath = readonly (string | number)[];

/**
 * A CloudFormation template as its author wrote it: short tags (`!Ref x`) as their long forms (`{"Ref": "x"}`), nothing
 * resolved.
 */
export interface Template {
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly mappings: Readonly<Record<string, JsonObject>>;
  readonly conditions: Readonly<Record<string, Json>>;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<Record<string, JsonObject>>;
  /** Names of transforms, such as `AWS::Serverless-2016-10-31`. */
  readonly transforms: readonly string[];
  /** SAM's `Globals`. */
  readonly globals: JsonObject;
  readonly metadata: JsonObject;
}

export interface TemplateResource {
  /** Such as `AWS::DynamoDB::Table`. */
  readonly type: string;
  readonly properties: JsonObject;
  readonly condition?: string;
  readonly dependsOn: readonly string[];
  readonly metadata: JsonObject;
  readonly deletionPolicy?: string;
  /** SAM's: what the resource connects to, by the names of the connections. */
  readonly connectors?: JsonObject;
  /** SAM's: names of properties that Globals do not count for, or `*`. */
  readonly ignoreGlobals?: "*" | readonly string[];
  /** Where a transform made it: the path of what it was made of. */
  readonly madeFrom?: TemplatePath;
}

/** Finds things of a template in its file. */
export interface SourceMap {
  readonly file: string;
  /** Where the path is, or the nearest of what it is in that is there. */
  placeOf(path: TemplatePath): Place;
}

/** Collects what is wrong, each with its place. */
export interface Problems {
  error(path: TemplatePath, code: TemplateErrorCode, message: string, hint?: string): void;
  warn(path: TemplatePath, code: TemplateErrorCode, message: string, hint?: string): void;
}

export type TemplateErrorCode =
  /** It is no template: not YAML or JSON, or not of a template's shape. */
  | "TEMPLATE_INVALID"
  /** An intrinsic function or a reference that cannot be resolved. */
  | "TEMPLATE_REFERENCE_INVALID"
  /** A property that is missing or has a value that CloudFormation refuses. */
  | "TEMPLATE_PROPERTY_INVALID"
  /** A resource or property that Holdfast does not run. */
  | "TEMPLATE_RESOURCE_IGNORED"
  /** A parameter without a value. */
  | "TEMPLATE_PARAMETER_MISSING"
  /** Code of a function that cannot be found or built. */
  | "FUNCTION_CODE_INVALID";

export interface ReadTemplate {
  /** Absent when it is no template at all. */
  readonly template?: Template;
  readonly source: SourceMap;
  readonly diagnostics: readonly Diagnostic[];
}
