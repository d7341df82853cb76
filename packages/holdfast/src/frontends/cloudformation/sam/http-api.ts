import type { Json, JsonObject } from "../template/template.ts";
import {
  readSecurity,
  toDefaultSecurity,
  toRouteSecurity,
  warnOfIgnored,
  type ApiSecurity,
} from "./api-security.ts";
import { makeHttpPermissions, toHttpSchemes } from "./http-authorizers.ts";
import { isObject } from "../template/json-kinds.ts";
import { compact, isIntrinsic, pick, ref, toObject } from "./json-values.ts";
import { addRoutes, mapOperations, readDocument, toDocumentLocation, toInvocationUri } from "./open-api.ts";
import { makeResource, type ApiRoute, type Made, type SamApp, type SamResource } from "./sam-resource.ts";

/** `AWS::Serverless::HttpApi`: an HTTP API described by an OpenAPI document, and its stage, `$default` as a rule. */
export function makeHttpApi(resource: SamResource, routes: readonly ApiRoute[], app: SamApp): Made {
  warnOfIgnored(resource, app);
  const { logicalId, properties } = resource;
  const security = readSecurity(resource);
  const api = makeResource(
    resource,
    "AWS::ApiGatewayV2::Api",
    {
      Body: toBody(resource, routes, security, app),
      BodyS3Location: toDocumentLocation(properties.DefinitionUri),
      FailOnWarnings: properties.FailOnWarnings,
    },
    { dependsOn: resource.dependsOn, metadata: resource.metadata },
  );
  const stageName = properties.StageName ?? "$default";
  const stageId = toStageId(logicalId, stageName);
  const stage = makeResource(resource, "AWS::ApiGatewayV2::Stage", {
    ApiId: ref(logicalId),
    StageName: stageName,
    AutoDeploy: true,
    ...pick(properties, ["AccessLogSettings", "DefaultRouteSettings", "StageVariables", "Tags"]),
    RouteSettings: toRouteSettings(properties.RouteSettings, routes),
  });
  return {
    resources: { [logicalId]: api, [stageId]: stage, ...makeHttpPermissions(resource, security) },
    references: { Stage: stageId },
  };
}

function toStageId(logicalId: string, stageName: Json): string {
  if (stageName === "$default") return `${logicalId}ApiGatewayDefaultStage`;
  return `${logicalId}${typeof stageName === "string" ? stageName.replaceAll(/[^A-Za-z0-9]/g, "") : ""}Stage`;
}

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
  const toRoute = (route: ApiRoute): JsonObject => toOperation(route, security, app);
  const withRoutes = addRoutes(toObject(document.paths), routes, app, toRoute);
  const ofAll = toDefaultSecurity(security);
  const paths = mapOperations(withRoutes, (operation, method) =>
    ofAll === undefined || operation.security !== undefined || method === "options"
      ? operation
      : { ...operation, security: ofAll },
  );
  const schemes = toHttpSchemes(security, resource, app);
  const components = toObject(document.components);
  const cors = toCors(properties.CorsConfiguration);
  const isDisabled = properties.DisableExecuteApiEndpoint;
  const endpoint = {
    "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: isDisabled ?? false },
  };
  return {
    ...document,
    paths,
    ...(cors !== undefined && { "x-amazon-apigateway-cors": cors }),
    ...(isDisabled !== undefined && { servers: [endpoint] }),
    ...(Object.keys(schemes).length > 0 && {
      components: { ...components, securitySchemes: { ...toObject(components.securitySchemes), ...schemes } },
    }),
  };
}

function toNewDocument({ Name, Description }: JsonObject): JsonObject {
  const info = compact({ version: "1.0", title: Name ?? ref("AWS::StackName"), description: Description });
  return { openapi: "3.0.1", info, paths: {} };
}

function toOperation(route: ApiRoute, security: ApiSecurity, app: SamApp): JsonObject {
  const { properties, path } = route;
  const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]): JsonObject => ({
    in: "path",
    name,
    required: true,
  }));
  return compact({
    "x-amazon-apigateway-integration": compact({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: toInvocationUri(route.functionArn),
      payloadFormatVersion: properties.PayloadFormatVersion ?? "2.0",
      timeoutInMillis: properties.TimeoutInMillis,
    }),
    ...(path === "$default" && { isDefaultRoute: true }),
    security: toRouteSecurity(route, security, app),
    parameters: parameters.length === 0 ? undefined : parameters,
    responses: {},
  });
}

/** `true` lets every origin in. */
function toCors(given: Json | undefined): Json | undefined {
  if (given === true) return { allowOrigins: ["*"] };
  if (given === false || !isObject(given)) return undefined;
  if (isIntrinsic(given)) return given;
  const entries = Object.entries(given).map(([name, value]) => [
    `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/** Those of the API, and those of its events. */
function toRouteSettings(given: Json | undefined, routes: readonly ApiRoute[]): Json | undefined {
  const ofRoutes = routes
    .filter(({ properties }) => properties.RouteSettings !== undefined)
    .map(({ method, path, properties }): [string, Json] => {
      const verb = method === "x-amazon-apigateway-any-method" ? "ANY" : method.toUpperCase();
      return [path === "$default" ? path : `${verb} ${path}`, properties.RouteSettings ?? {}];
    });
  if (ofRoutes.length === 0) return given;
  return { ...toObject(given), ...Object.fromEntries(ofRoutes) };
}
