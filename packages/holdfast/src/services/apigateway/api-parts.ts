import type { AppModel, Authorizer, RequestModel, Throttling, WebSocketApi } from "../../model/app-model.ts";
import { apiId } from "../../model/names.ts";
import type { ApiSurroundings, Part } from "./part.ts";
import { partId } from "./part.ts";
import {
  authorizerIdOf,
  describeIntegration,
  describeRoute,
  functionTarget,
  integrationHead,
  invocationUri,
  routeHead,
} from "./route-parts.ts";

/** An API as API Gateway tells of it: members have the API reference's names. */
export interface DescribedApi {
  readonly id: string;
  readonly api: Part;
  readonly routes: readonly Part[];
  readonly integrations: readonly Part[];
  readonly stages: readonly Part[];
  readonly authorizers: readonly Part[];
  readonly models: readonly Part[];
  readonly deployments: readonly Part[];
}

/**
 * The app's WebSocket and HTTP APIs. REST APIs are not among those that version 2 of the API Gateway API tells of
 * (documented); a route whose events have the form 2.0 is an HTTP API's.
 */
export function describeApis(model: AppModel, around: ApiSurroundings): DescribedApi[] {
  const webSockets = model.webSocketApis.map((api) => describeWebSocketApi(api, model.app.name, around));
  const routes = model.httpRoutes.flatMap(({ aws, method, path, function: to }) =>
    aws?.payload === "2.0"
      ? [{ ...aws, key: aws.routeKey ?? httpRouteKey(method, path, aws.stage), to }]
      : [],
  );
  const http = [...Map.groupBy(routes, (route) => route.apiId)].map(([id, ofApi]) =>
    describeHttpApi(id, ofApi, around),
  );
  return [...webSockets, ...http];
}

function describeWebSocketApi(api: WebSocketApi, appName: string, around: ApiSurroundings): DescribedApi {
  const id = apiId(appName, api.name);
  const { stage = around.stage, throttling, accessLogFormat, stageVariables } = api;
  return {
    id,
    api: {
      ...describeApi(id, api.name, "WEBSOCKET", around),
      routeSelectionExpression: api.routeSelectionExpression,
      ...(api.apiKeySelectionExpression !== undefined && {
        apiKeySelectionExpression: api.apiKeySelectionExpression,
      }),
    },
    routes: api.routes.map((route) => describeRoute(id, route, api.authorizers)),
    integrations: api.routes.map((route) => describeIntegration(id, route, around)),
    stages: [
      {
        ...describeStage(id, stage, around),
        defaultRouteSettings: { ...quietSettings, ...throttlingOf(throttling) },
        routeSettings: Object.fromEntries(
          api.routes.flatMap((route) =>
            route.throttling === undefined
              ? []
              : [[route.key, { ...quietSettings, ...throttlingOf(route.throttling) }]],
          ),
        ),
        stageVariables,
        ...(accessLogFormat !== undefined && {
          accessLogSettings: {
            destinationArn: `arn:aws:logs:${around.region}:${around.accountId}:log-group:/aws/apigateway/${id}/${stage}`,
            format: accessLogFormat,
          },
        }),
      },
    ],
    authorizers: api.authorizers.map((one) => describeAuthorizer(one, api.authorizers, around)),
    models: api.models.map((one) => describeModel(id, one)),
    deployments: [describeDeployment(id, around)],
  };
}

interface HttpApiRoute {
  readonly stage: string;
  readonly key: string;
  readonly to: string;
}

function describeHttpApi(id: string, all: readonly HttpApiRoute[], around: ApiSurroundings): DescribedApi {
  // The model has a route once for each of its API's stages, and `$default` once for each path that it is reached by.
  const routes = [...new Map(all.map((route) => [route.key, route])).values()];
  return {
    id,
    api: {
      // The model does not keep its name.
      ...describeApi(id, id, "HTTP", around),
      routeSelectionExpression: "$request.method $request.path",
      apiKeySelectionExpression: "$request.header.x-api-key",
    },
    routes: routes.map(({ key }) => ({
      ...routeHead(id, key),
      apiKeyRequired: false,
      authorizationType: "NONE",
    })),
    integrations: routes.map(({ key, to }) => ({
      ...integrationHead(id, key),
      ...functionTarget(to, around),
      integrationType: "AWS_PROXY",
      payloadFormatVersion: "2.0",
      timeoutInMillis: 30_000,
    })),
    stages: [...new Set(all.map(({ stage }) => stage))].map((stage) => ({
      ...describeStage(id, stage, around),
      defaultRouteSettings: { detailedMetricsEnabled: false },
      routeSettings: {},
      stageVariables: {},
    })),
    authorizers: [],
    models: [],
    deployments: [describeDeployment(id, around)],
  };
}

function describeApi(
  id: string,
  name: string,
  protocol: "WEBSOCKET" | "HTTP",
  around: ApiSurroundings,
): Part {
  const authority = around.authorityOf(id);
  const secure = protocol === "WEBSOCKET" ? "wss" : "https";
  return {
    apiId: id,
    name,
    protocolType: protocol,
    apiEndpoint:
      authority === undefined
        ? `${secure}://${id}.execute-api.${around.region}.amazonaws.com`
        : `${secure.slice(0, -1)}://${authority}`,
    createdDate: around.deployedAt,
    disableExecuteApiEndpoint: false,
    ipAddressType: "ipv4",
    tags: {},
  };
}

const quietSettings = { dataTraceEnabled: false, detailedMetricsEnabled: false, loggingLevel: "OFF" };

function throttlingOf(throttling: Throttling | undefined): Part {
  if (throttling === undefined) return {};
  return { throttlingBurstLimit: throttling.burst, throttlingRateLimit: throttling.ratePerSecond };
}

function describeStage(id: string, stage: string, { deployedAt }: ApiSurroundings): Part {
  return {
    stageName: stage,
    createdDate: deployedAt,
    lastUpdatedDate: deployedAt,
    deploymentId: partId(id, "deployment", ""),
    autoDeploy: false,
    tags: {},
  };
}

function describeDeployment(id: string, { deployedAt }: ApiSurroundings): Part {
  return {
    deploymentId: partId(id, "deployment", ""),
    createdDate: deployedAt,
    deploymentStatus: "DEPLOYED",
    autoDeployed: false,
  };
}

function describeAuthorizer(
  authorizer: Authorizer,
  all: readonly Authorizer[],
  around: ApiSurroundings,
): Part {
  return {
    authorizerId: authorizerIdOf(authorizer.name, all),
    ...(authorizer.role !== undefined && { authorizerCredentialsArn: authorizer.role }),
    authorizerType: "REQUEST",
    authorizerUri: invocationUri(authorizer.function, around),
    identitySource: authorizer.identitySources,
    name: authorizer.name,
  };
}

function describeModel(id: string, { name, contentType, schema }: RequestModel): Part {
  return { modelId: partId(id, "model", name), name, contentType, schema: JSON.stringify(schema) };
}

/** Paths of the model begin with the stage. */
function httpRouteKey(method: string, path: string, stage: string): string {
  return `${method} ${stage === "$default" ? path : path.slice(stage.length + 1) || "/"}`;
}
