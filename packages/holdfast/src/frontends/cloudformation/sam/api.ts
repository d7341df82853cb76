import type { Json, JsonObject } from "../template/template.ts";
import {
  authorizerOf,
  iamAuthorizer,
  readSecurity,
  toDefaultSecurity,
  toRouteSecurity,
  warnOfIgnored,
  type ApiSecurity,
} from "./api-security.ts";
import { isList, isObject } from "../template/json-kinds.ts";
import { compact, pick, ref, toList, toObject, toText } from "./json-values.ts";
import {
  addRoutes,
  mapOperations,
  readDocument,
  toDocumentLocation,
  toInvocationUri,
  type Paths,
} from "./open-api.ts";
import { makeRestPermissions, toRestSchemes } from "./rest-authorizers.ts";
import { addCors } from "./rest-cors.ts";
import {
  makeResource,
  requireProperty,
  toTagList,
  type ApiRoute,
  type Made,
  type SamApp,
  type SamResource,
} from "./sam-resource.ts";

/** `AWS::Serverless::Api`: a REST API described by an OpenAPI document, its deployment and its stage. */
export function makeApi(resource: SamResource, routes: readonly ApiRoute[], app: SamApp): Made {
  warnOfIgnored(resource, app);
  const { logicalId, properties, path } = resource;
  const security = readSecurity(resource);
  const stage = requireProperty(app.problems, { properties, path: [...path, "Properties"] }, "StageName");
  const stageId = `${logicalId}${typeof stage === "string" ? stage.replaceAll(/[^A-Za-z0-9]/g, "") : ""}Stage`;
  const deploymentId = `${logicalId}Deployment`;
  const api = makeResource(
    resource,
    "AWS::ApiGateway::RestApi",
    {
      ...pick(properties, ["Name", "Description", "MinimumCompressionSize", "ApiKeySourceType", "Mode"]),
      ...pick(properties, ["FailOnWarnings", "DisableExecuteApiEndpoint"]),
      EndpointConfiguration: toEndpoint(properties.EndpointConfiguration),
      BinaryMediaTypes: toMediaTypes(properties.BinaryMediaTypes),
      Body: toBody(resource, routes, security, app),
      BodyS3Location: toDocumentLocation(properties.DefinitionUri),
      Tags: toTagList(properties.Tags),
    },
    { dependsOn: resource.dependsOn, metadata: resource.metadata },
  );
  const deployment = makeResource(resource, "AWS::ApiGateway::Deployment", { RestApiId: ref(logicalId) });
  const stageResource = makeResource(resource, "AWS::ApiGateway::Stage", {
    RestApiId: ref(logicalId),
    DeploymentId: ref(deploymentId),
    ...pick(properties, ["StageName", "Variables", "TracingEnabled", "AccessLogSetting", "MethodSettings"]),
    ...pick(properties, ["CanarySetting", "CacheClusterEnabled", "CacheClusterSize"]),
    Tags: toTagList(properties.Tags),
  });
  return {
    resources: {
      [logicalId]: api,
      [deploymentId]: deployment,
      [stageId]: stageResource,
      ...makeRestPermissions(resource, security),
    },
    references: { Stage: stageId, Deployment: deploymentId },
  };
}

const newDocument: JsonObject = {
  swagger: "2.0",
  info: { version: "1.0", title: ref("AWS::StackName") },
  paths: {},
};

function toBody(
  resource: SamResource,
  routes: readonly ApiRoute[],
  security: ApiSecurity,
  app: SamApp,
): JsonObject | undefined {
  const { properties } = resource;
  const document = readDocument(resource, toNewDocument(properties));
  // What is included from elsewhere (Fn::Transform) is not known here, and stays.
  if (document === undefined)
    return isObject(properties.DefinitionBody) ? properties.DefinitionBody : undefined;
  // A document of the template's own says all there is, unless it asks for the events to be merged in (documented).
  const isManaged = properties.DefinitionBody === undefined || properties.MergeDefinitions === true;
  const toRoute = (route: ApiRoute): JsonObject => toOperation(route, security, app);
  const before = toObject(document.paths);
  const withRoutes = isManaged ? addRoutes(before, routes, app, toRoute) : before;
  const withCors = addCors(withRoutes, properties.Cors);
  const paths = addDefaultSecurity(withCors, resource, security);
  const schemes = toRestSchemes(security, findUsed(paths), resource, app);
  const gatewayResponses = toGatewayResponses(toObject(properties.GatewayResponses));
  return {
    ...document,
    paths,
    ...(Object.keys(schemes).length > 0 && withSchemes(document, schemes)),
    ...(Object.keys(gatewayResponses).length > 0 && {
      "x-amazon-apigateway-gateway-responses": gatewayResponses,
    }),
  };
}

function toNewDocument({ OpenApiVersion }: JsonObject): JsonObject {
  const version = toText(OpenApiVersion ?? "");
  if (!version.startsWith("3")) return newDocument;
  const { swagger: _swagger, ...rest } = newDocument;
  return { openapi: version, ...rest };
}

function withSchemes(document: JsonObject, schemes: JsonObject): JsonObject {
  if (document.openapi === undefined) {
    return { securityDefinitions: { ...toObject(document.securityDefinitions), ...schemes } };
  }
  const components = toObject(document.components);
  const securitySchemes = { ...toObject(components.securitySchemes), ...schemes };
  return { components: { ...components, securitySchemes } };
}

function toOperation(route: ApiRoute, security: ApiSecurity, app: SamApp): JsonObject {
  const { properties } = route;
  const isIam = authorizerOf(route, security) === iamAuthorizer;
  const parameters = toList(properties.RequestParameters).flatMap(toParameter);
  return compact({
    "x-amazon-apigateway-integration": compact({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: toInvocationUri(route.functionArn),
      timeoutInMillis: properties.TimeoutInMillis,
      credentials: isIam ? toCredentials(toObject(properties.Auth).InvokeRole) : undefined,
    }),
    security: toRouteSecurity(route, security, app),
    parameters: parameters.length === 0 ? undefined : parameters,
    responses: {},
  });
}

/** Whose credentials invoke the function behind a route that IAM guards: the caller's, unless it says otherwise. */
function toCredentials(role: Json | undefined): Json | undefined {
  if (role === "NONE") return undefined;
  return role === undefined || role === "CALLER_CREDENTIALS" ? "arn:aws:iam::*:user/*" : role;
}

/** `method.request.header.Auth`, or an object of one such name with its options. */
function toParameter(given: Json): JsonObject[] {
  const [name = "", options] =
    typeof given === "string" ? [given] : (Object.entries(toObject(given))[0] ?? []);
  const { place, own } = /^method\.request\.(?<place>\w+)\.(?<own>.+)$/.exec(name)?.groups ?? {};
  if (place === undefined || own === undefined) return [];
  const kind = place === "querystring" ? "query" : place;
  return [{ in: kind, name: own, required: toObject(options).Required ?? kind === "path", type: "string" }];
}

function addDefaultSecurity(paths: Paths, { properties }: SamResource, security: ApiSecurity): Paths {
  const ofAll = toDefaultSecurity(security);
  const isForOptions = toObject(properties.Auth).AddDefaultAuthorizerToCorsPreflight !== false;
  if (ofAll === undefined) return paths;
  return mapOperations(paths, (operation, method) => {
    const isLeft = operation.security !== undefined || (method === "options" && !isForOptions);
    return isLeft ? operation : { ...operation, security: ofAll };
  });
}

function findUsed(paths: Paths): ReadonlySet<string> {
  const used = new Set<string>();
  mapOperations(paths, (operation) => {
    for (const name of toList(operation.security).flatMap((one) => Object.keys(toObject(one))))
      used.add(name);
    return operation;
  });
  return used;
}

const responseParts: Readonly<Record<string, string>> = {
  Headers: "header",
  Paths: "path",
  QueryStrings: "querystring",
};

function toGatewayResponses(given: JsonObject): JsonObject {
  const entries = Object.entries(given).map(([name, value]): [string, Json] => {
    const { StatusCode, ResponseParameters, ResponseTemplates } = toObject(value);
    const parameters = Object.entries(toObject(ResponseParameters)).flatMap(([kind, values]) =>
      Object.entries(toObject(values)).map(([one, text]) => [
        `gatewayresponse.${responseParts[kind] ?? kind}.${one}`,
        text,
      ]),
    );
    const response = compact({
      statusCode: StatusCode,
      responseParameters: Object.fromEntries(parameters) as JsonObject,
      responseTemplates: ResponseTemplates ?? {},
    });
    return [name, response];
  });
  return Object.fromEntries(entries);
}

/** `REGIONAL`, or an object with a `Type` and IDs of VPC endpoints. */
function toEndpoint(given: Json | undefined): Json | undefined {
  if (typeof given === "string") return { Types: [given] };
  const { Type, VPCEndpointIds } = toObject(given);
  return Type === undefined ? given : compact({ Types: [Type], VpcEndpointIds: VPCEndpointIds });
}

/** Written `image~1png` in SAM's templates. */
function toMediaTypes(given: Json | undefined): Json | undefined {
  if (!isList(given)) return given;
  return given.map((one) => (typeof one === "string" ? one.replaceAll("~1", "/") : one));
}
