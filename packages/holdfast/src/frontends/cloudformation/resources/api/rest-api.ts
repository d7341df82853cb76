import { partsOf, warnOfDifference } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import {
  toHttpRoutes,
  type HttpBackend,
  type HttpOperation,
  type HttpStage,
  type PlacedHttpRoute,
} from "./http-operation.ts";
import { readOpenApi } from "./openapi.ts";
import { propertiesOf, type Properties } from "../properties.ts";

/** The routes of an `AWS::ApiGateway::RestApi`: of its methods and resources, or of an OpenAPI body. */
export function readRestApi(api: ResolvedResource, set: ResourceSet): readonly PlacedHttpRoute[] {
  const properties = propertiesOf(api, set.problems);
  if (properties.has("BodyS3Location"))
    properties.ignore(
      "BodyS3Location",
      "the OpenAPI document is in a bucket of AWS's, so its routes are not there; name a file beside the template instead",
    );
  const operations = [
    ...partsOf(set, api, "AWS::ApiGateway::Method", "RestApiId").flatMap((one) => readMethod(one, set)),
    ...readOpenApi(properties, "1.0").map(asRest),
  ];
  return toHttpRoutes(api, operations, readStages(api, set), set);
}

/** REST APIs have one form of events, whatever a document says. */
function asRest(operation: HttpOperation): HttpOperation {
  const { backend } = operation;
  return backend.kind === "other" ? operation : { ...operation, backend: { ...backend, payload: "1.0" } };
}

function readMethod(method: ResolvedResource, set: ResourceSet): readonly HttpOperation[] {
  const properties = propertiesOf(method, set.problems);
  properties.require("HttpMethod");
  const name = properties.text("HttpMethod");
  if (name === undefined) return [];
  const guard = guardOf(properties);
  return [
    {
      method: name.toUpperCase(),
      path: pathOf(properties.value.ResourceId, set),
      backend: readBackend(properties.object("Integration")),
      place: method.path,
      ...(guard !== undefined && { guard }),
    },
  ];
}

/** A parent that is none of the template's resources is the API's root. */
function pathOf(resourceId: unknown, set: ResourceSet): string {
  const parts: string[] = [];
  const seen = new Set<string>();
  const find = (id: unknown): ResolvedResource | undefined => set.find(id, "AWS::ApiGateway::Resource");
  for (let one = find(resourceId); one !== undefined; one = find(one.properties.ParentId)) {
    // A circle of parents, which the template's own check does not find.
    if (seen.has(one.logicalId)) break;
    seen.add(one.logicalId);
    parts.unshift(propertiesOf(one, set.problems).text("PathPart") ?? "");
  }
  return `/${parts.join("/")}`;
}

function readBackend(integration: Properties | undefined): HttpBackend {
  const type = integration?.text("Type") ?? "without a type";
  const uri = integration?.text("Uri");
  if (type !== "AWS_PROXY" || uri === undefined) return { kind: "other", what: `an integration ${type}` };
  const role = integration?.text("Credentials");
  return { kind: "function", uri, payload: "1.0", ...(role !== undefined && { role }) };
}

function guardOf(properties: Properties): string | undefined {
  const type = properties.text("AuthorizationType") ?? "NONE";
  const key = properties.flag("ApiKeyRequired") === true ? ["for an API key"] : [];
  const asked = type === "AWS_IAM" ? ["for signatures"] : type === "NONE" ? [] : [`its ${type} authorizer`];
  const all = [...asked, ...key];
  return all.length === 0 ? undefined : all.join(", nor ");
}

/** A stage of its own, or one that a deployment makes. */
function readStages(api: ResolvedResource, set: ResourceSet): readonly HttpStage[] {
  const stages = partsOf(set, api, "AWS::ApiGateway::Stage", "RestApiId").map((stage) => {
    const properties = propertiesOf(stage, set.problems);
    properties.require("StageName");
    return { name: properties.text("StageName"), variables: properties.textMap("Variables") };
  });
  const deployed = partsOf(set, api, "AWS::ApiGateway::Deployment", "RestApiId").map((deployment) => {
    const properties = propertiesOf(deployment, set.problems);
    const variables = properties.object("StageDescription")?.textMap("Variables") ?? {};
    return { name: properties.text("StageName"), variables };
  });
  const named = new Map(
    [...deployed, ...stages].flatMap(({ name, variables }) =>
      name === undefined ? [] : [[name, variables]],
    ),
  );
  if (named.size === 0)
    warnOfDifference(
      set,
      api.path,
      `${api.logicalId} has no stage, so nothing of it could be reached on AWS; here it is at /${set.place.stage}`,
    );
  return named.size === 0
    ? [{ name: set.place.stage, variables: {} }]
    : [...named].map(([name, variables]) => ({ name, variables }));
}
