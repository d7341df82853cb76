import { reportIgnoredApiParts } from "./api-ignored.ts";
import { readApiKeys } from "./api-keys.ts";
import { reportStrayParts } from "./api-parts.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "../draft.ts";
import { readHttpApi } from "./http-api.ts";
import { reachableRoutes } from "./http-routes.ts";
import { propertiesOf } from "../properties.ts";
import { readRestApi } from "./rest-api.ts";
import { readWebSocketApi } from "./websocket-api.ts";

/** Everything of API Gateway's: WebSocket, HTTP and REST APIs, API keys and usage plans. Functions are read before. */
export function readApis(resources: ResourceSet, draft: ModelDraft): void {
  const apis = resources.ofType("AWS::ApiGatewayV2::Api");
  const protocols = new Map(apis.map((api) => [api, readProtocol(api, resources)]));
  const webSocketApis = apis
    .filter((api) => protocols.get(api) === "WEBSOCKET")
    .map((resource) => ({ resource, model: readWebSocketApi(resource, resources) }));
  const httpApis = apis.filter((api) => protocols.get(api) === "HTTP");

  draft.webSocketApis.push(...webSocketApis.map(({ model }) => model));
  const { apiKeys, usagePlans } = readApiKeys(webSocketApis, resources);
  draft.apiKeys.push(...apiKeys);
  draft.usagePlans.push(...usagePlans);
  const routes = [
    ...httpApis.flatMap((api) => readHttpApi(api, resources)),
    ...resources.ofType("AWS::ApiGateway::RestApi").flatMap((api) => readRestApi(api, resources)),
  ];
  draft.httpRoutes.push(...reachableRoutes(routes, draft, resources));
  reportStrayParts(resources);
  reportIgnoredApiParts(resources);
}

/** An OpenAPI document says by itself that it is of an HTTP API. */
function readProtocol(api: ResolvedResource, { problems }: ResourceSet): "WEBSOCKET" | "HTTP" | undefined {
  const properties = propertiesOf(api, problems);
  if (!properties.has("ProtocolType") && (properties.has("Body") || properties.has("BodyS3Location")))
    return "HTTP";
  properties.require("ProtocolType");
  return properties.choice("ProtocolType", ["WEBSOCKET", "HTTP"]);
}
