import type { RequestModel, WebSocketApi } from "../../../../model/app-model.ts";
import { defaultLimits, defaultRouteSelectionExpression } from "../../../../model/defaults.ts";
import { partsOf } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { nameOf } from "../physical-names.ts";
import { propertiesOf, type Properties } from "../properties.ts";
import { readWebSocketAuthorizer } from "./websocket-authorizer.ts";
import { readWebSocketIntegration } from "./websocket-integration.ts";
import { readWebSocketRoute, usableAuthorizers } from "./websocket-route.ts";
import { readWebSocketStage } from "./websocket-stage.ts";

/** An `AWS::ApiGatewayV2::Api` of the protocol WEBSOCKET with its routes and all that belongs to them. */
export function readWebSocketApi(api: ResolvedResource, set: ResourceSet): WebSocketApi {
  const properties = propertiesOf(api, set.problems);
  const stage = readWebSocketStage(api, set);
  const read = <T>(
    type: string,
    readOne: (resource: ResolvedResource) => T,
  ): readonly (readonly [string, T])[] =>
    partsOf(set, api, `AWS::ApiGatewayV2::${type}`).map((one) => [one.logicalId, readOne(one)]);

  const integrations = new Map(
    read("Integration", (one) => readWebSocketIntegration(api, one, stage.variables, set)),
  );
  const authorizers = new Map(
    read("Authorizer", (one) => readWebSocketAuthorizer(one, stage.variables, set)),
  );
  const surroundings = { api, set, stage, integrations, authorizers };
  const routes = read("Route", (one) => readWebSocketRoute(one, surroundings));
  const models = read("Model", (one) => readModel(propertiesOf(one, set.problems)));
  reportWhatDiffers(properties);
  properties.require("RouteSelectionExpression");

  const apiKeySelectionExpression = properties.text("ApiKeySelectionExpression");
  const { name: stageName, throttling, accessLogFormat } = stage;
  return {
    name: nameOf(api),
    routeSelectionExpression: properties.text("RouteSelectionExpression") ?? defaultRouteSelectionExpression,
    ...(stageName !== undefined && { stage: stageName }),
    routes: routes.flatMap(([, route]) => route ?? []),
    extensions: [],
    authorizers: usableAuthorizers(authorizers),
    models: models.flatMap(([, model]) => model ?? []),
    stageVariables: stage.variables,
    limits: defaultLimits,
    ...(throttling !== undefined && { throttling }),
    ...(apiKeySelectionExpression !== undefined && { apiKeySelectionExpression }),
    ...(accessLogFormat !== undefined && { accessLogFormat }),
  };
}

function readModel(properties: Properties): RequestModel | undefined {
  properties.require("Name", "Schema");
  const name = properties.text("Name");
  const schema = readSchema(properties);
  if (name === undefined || schema === undefined) return undefined;
  const contentType = properties.text("ContentType") ?? "application/json";
  return { name, contentType, schema, enforcedBy: "gateway" };
}

/** CloudFormation takes JSON as text too. */
function readSchema(properties: Properties): unknown {
  const { Schema: schema } = properties.value;
  if (typeof schema !== "string") return schema;
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    return properties.refuse("Schema", "is text that is not JSON");
  }
}

function reportWhatDiffers(properties: Properties): void {
  if (properties.flag("DisableExecuteApiEndpoint") === true)
    properties.ignore(
      "DisableExecuteApiEndpoint",
      "it is reached at its stage; on AWS only at its own domain",
    );
  const refused = ["Body", "BodyS3Location", "CorsConfiguration", "RouteKey", "Target", "CredentialsArn"];
  for (const name of refused) if (properties.has(name)) properties.refuse(name, "is for HTTP APIs only");
}
