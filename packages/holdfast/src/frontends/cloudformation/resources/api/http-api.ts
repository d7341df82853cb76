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
import { payloadOf } from "./payload-format.ts";
import { propertiesOf, type Properties } from "../properties.ts";

/** The routes of an `AWS::ApiGatewayV2::Api` of the protocol HTTP: of resources, of an OpenAPI body, or its quick one. */
export function readHttpApi(api: ResolvedResource, set: ResourceSet): readonly PlacedHttpRoute[] {
  const properties = propertiesOf(api, set.problems);
  reportWhatDiffers(properties);
  const operations = [
    ...partsOf(set, api, "AWS::ApiGatewayV2::Route").flatMap((route) => readRoute(route, set)),
    ...readOpenApi(properties, "1.0"),
    ...quickRoutes(properties),
  ];
  return toHttpRoutes(api, operations, readStages(api, properties, set), set);
}

function readRoute(route: ResolvedResource, set: ResourceSet): readonly HttpOperation[] {
  const properties = propertiesOf(route, set.problems);
  properties.require("RouteKey");
  const key = properties.text("RouteKey");
  const read = key === undefined ? undefined : readRouteKey(key);
  if (key !== undefined && read === undefined)
    properties.refuse("RouteKey", `is "${key.slice(0, 200)}"; it is "GET /path", "ANY /path" or $default`);
  const backend = readTarget(properties, set);
  if (read === undefined || backend === undefined) return [];
  const guard = guardOf(properties, set);
  return [{ ...read, backend, place: route.path, ...(guard !== undefined && { guard }) }];
}

function readRouteKey(key: string): Pick<HttpOperation, "method" | "path"> | undefined {
  if (key === "$default") return { method: "ANY", path: key };
  const { method, path } = /^(?<method>[A-Z]+) (?<path>\/.*)$/.exec(key)?.groups ?? {};
  return method === undefined || path === undefined ? undefined : { method, path };
}

function readTarget(properties: Properties, set: ResourceSet): HttpBackend | undefined {
  const target = properties.text("Target");
  if (target === undefined)
    return properties.has("Target") ? undefined : { kind: "other", what: "a route without a Target" };
  const id = /^integrations\/(?<id>.+)$/.exec(target)?.groups?.id;
  const integration = set.find(id, "AWS::ApiGatewayV2::Integration");
  if (integration !== undefined) return readIntegration(propertiesOf(integration, set.problems));
  return properties.refuse(
    "Target",
    `is "${target.slice(0, 200)}", which is no integration of this template`,
  );
}

function readIntegration(properties: Properties): HttpBackend {
  const type = properties.text("IntegrationType") ?? "without a type";
  const subtype = properties.text("IntegrationSubtype");
  const uri = properties.text("IntegrationUri");
  if (type !== "AWS_PROXY" || subtype !== undefined || uri === undefined)
    return { kind: "other", what: `an integration ${subtype ?? type}` };
  const role = properties.text("CredentialsArn");
  const payload = payloadOf(properties.text("PayloadFormatVersion"), "1.0");
  return { kind: "function", uri, payload, ...(role !== undefined && { role }) };
}

function guardOf(properties: Properties, set: ResourceSet): string | undefined {
  const type = properties.text("AuthorizationType") ?? "NONE";
  if (type === "NONE") return undefined;
  const authorizer = set.find(properties.value.AuthorizerId, "AWS::ApiGatewayV2::Authorizer");
  return type === "AWS_IAM" ? "for signatures" : `the authorizer ${authorizer?.logicalId ?? ""}`.trimEnd();
}

/** `Target` makes a route for everything, or for the route key that is given (documented). */
function quickRoutes(properties: Properties): readonly HttpOperation[] {
  const target = properties.text("Target");
  if (target === undefined) return [];
  const key = properties.text("RouteKey") ?? "$default";
  const read = readRouteKey(key);
  if (read === undefined) {
    properties.refuse("RouteKey", `is "${key.slice(0, 200)}"; it is "GET /path", "ANY /path" or $default`);
    return [];
  }
  const backend: HttpBackend = target.startsWith("arn:")
    ? { kind: "function", uri: target, payload: "2.0" }
    : { kind: "other", what: `an integration HTTP_PROXY` };
  return [{ ...read, backend, place: [...properties.path, "Target"] }];
}

function readStages(api: ResolvedResource, properties: Properties, set: ResourceSet): readonly HttpStage[] {
  const stages = partsOf(set, api, "AWS::ApiGatewayV2::Stage").flatMap((stage): readonly HttpStage[] => {
    const read = propertiesOf(stage, set.problems);
    read.require("StageName");
    const name = read.text("StageName");
    return name === undefined ? [] : [{ name, variables: read.textMap("StageVariables") }];
  });
  // A quick one has the stage $default by itself (documented).
  if (stages.length > 0 || properties.has("Target"))
    return stages.length > 0 ? stages : [{ name: "$default", variables: {} }];
  warnOfDifference(
    set,
    api.path,
    `${api.logicalId} has no stage, so nothing of it could be reached on AWS; here it is, without a stage in its paths`,
  );
  return [{ name: "$default", variables: {} }];
}

function reportWhatDiffers(properties: Properties): void {
  if (properties.has("CorsConfiguration")) properties.ignore("CorsConfiguration", withoutCors);
  const body = properties.object("Body");
  if (body?.has("x-amazon-apigateway-cors") === true) body.ignore("x-amazon-apigateway-cors", withoutCors);
  if (properties.has("BodyS3Location"))
    properties.ignore(
      "BodyS3Location",
      "the OpenAPI document is in a bucket of AWS's, so its routes are not there; name a file beside the template instead",
    );
}

const withoutCors = "pages of other origins cannot read answers that do not allow it themselves";
