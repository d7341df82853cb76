import { readFile } from "node:fs/promises";
import path from "node:path";
import { toError } from "../../../base/errors.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import { isList, isObject } from "../template/json-kinds.ts";
import { readSource } from "../template/read-source.ts";
import type {
  Json,
  JsonObject,
  Problems,
  Template,
  TemplatePath,
  TemplateResource,
} from "../template/template.ts";

/** Files beside a template that are part of it. */
export interface Includes {
  /** The template with what `AWS::Include` includes. */
  readonly template: Template;
  /** OpenAPI documents of APIs, by the path that the template gives. */
  readonly documents: ReadonlyMap<string, Json>;
  /** Of the files. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths. */
  readonly inputs: readonly string[];
}

/** By type: the property that says where an API's OpenAPI document is. */
const locations: Readonly<Record<string, string>> = {
  "AWS::Serverless::Api": "DefinitionUri",
  "AWS::Serverless::HttpApi": "DefinitionUri",
  "AWS::ApiGateway::RestApi": "BodyS3Location",
  "AWS::ApiGatewayV2::Api": "BodyS3Location",
};

/**
 * Reads the files that a template names by paths beside it, which `sam package` and `aws cloudformation package` would
 * put into a bucket. What is in a bucket already stays.
 */
export async function includeFiles(
  template: Template,
  folder: string,
  problems: Problems,
): Promise<Includes> {
  const files = new IncludedFiles(folder, problems);
  const resources: Record<string, TemplateResource> = {};
  const documents = new Map<string, Json>();
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const at = [...(resource.madeFrom ?? ["Resources", logicalId]), "Properties"];
    const properties = await files.include(resource.properties, at);
    resources[logicalId] = isObject(properties) ? { ...resource, properties } : resource;
    const name = locations[resource.type];
    const location = name === undefined ? undefined : resource.properties[name];
    if (name === undefined || !isLocal(location)) continue;
    const document = await files.read(location, [...at, name]);
    if (document !== undefined) documents.set(location, document);
  }
  const { diagnostics, inputs } = files;
  return { template: { ...template, resources }, documents, diagnostics, inputs };
}

/** Puts documents into the APIs that say where they are. After transforms. What could not be read was reported. */
export function placeDocuments(template: Template, documents: Includes["documents"]): Template {
  const place = (resource: TemplateResource): TemplateResource => {
    const { BodyS3Location: location, ...properties } = resource.properties;
    if (locations[resource.type] !== "BodyS3Location" || !isLocal(location)) return resource;
    const document = documents.get(location);
    return { ...resource, properties: { ...properties, ...(document !== undefined && { Body: document }) } };
  };
  const entries = Object.entries(template.resources).map(([id, resource]) => [id, place(resource)] as const);
  return { ...template, resources: Object.fromEntries(entries) };
}

class IncludedFiles {
  readonly diagnostics: Diagnostic[] = [];
  readonly inputs: string[] = [];
  readonly #folder: string;
  readonly #problems: Problems;

  constructor(folder: string, problems: Problems) {
    this.#folder = folder;
    this.#problems = problems;
  }

  async include(value: Json, at: TemplatePath): Promise<Json> {
    if (isList(value)) return Promise.all(value.map((item, index) => this.include(item, [...at, index])));
    if (!isObject(value)) return value;
    const { "Fn::Transform": transform, ...rest } = value;
    const location = locationOf(transform);
    const beside = await this.#includeEach(location === undefined ? value : rest, at);
    if (location === undefined) return beside;
    const included = await this.read(location, [...at, "Fn::Transform"]);
    return isObject(included) ? { ...included, ...beside } : (included ?? beside);
  }

  async #includeEach(value: JsonObject, at: TemplatePath): Promise<JsonObject> {
    const entries = Object.entries(value).map(async ([name, item]): Promise<[string, Json]> => [
      name,
      await this.include(item, [...at, name]),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }

  async read(location: string, at: TemplatePath): Promise<Json | undefined> {
    const file = path.resolve(this.#folder, location);
    this.inputs.push(file);
    try {
      const { root, faults } = readSource(await readFile(file, "utf8"), file);
      this.diagnostics.push(...faults);
      if (root === undefined && faults.length === 0)
        this.#problems.error(at, "TEMPLATE_INVALID", `${location} is empty`);
      return root;
    } catch (error) {
      const message = `${location} cannot be read: ${toError(error).message}`;
      this.#problems.error(at, "TEMPLATE_INVALID", message);
      return undefined;
    }
  }
}

/** Of `Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./api.yaml } }`. */
function locationOf(transform: Json | undefined): string | undefined {
  if (!isObject(transform) || transform["Name"] !== "AWS::Include") return undefined;
  const parameters = transform["Parameters"];
  const location = isObject(parameters) ? parameters["Location"] : undefined;
  return isLocal(location) ? location : undefined;
}

function isLocal(location: Json | undefined): location is string {
  return typeof location === "string" && !/^\w+:\/\//.test(location);
}
