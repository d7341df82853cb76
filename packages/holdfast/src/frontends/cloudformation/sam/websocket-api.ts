import type { Json, JsonObject } from "../template/template.ts";
import { makeAuthorizerPermission, warnOfIgnored } from "./api-security.ts";
import { isObject } from "../template/json-kinds.ts";
import { pick, ref, toObject } from "./json-values.ts";
import { toInvocationUriOf } from "./open-api.ts";
import {
  makeResource,
  requireProperty,
  type Made,
  type Resources,
  type SamApp,
  type SamResource,
} from "./sam-resource.ts";

const defaultStage = "default";
const authTypes = ["NONE", "AWS_IAM", "CUSTOM"];

/** `AWS::Serverless::WebSocketApi`: the API, its stage, and for each route an integration and a permission. */
export function makeWebSocketApi(resource: SamResource, app: SamApp): Made {
  warnOfIgnored(resource, app);
  const { logicalId, properties } = resource;
  const place = { properties, path: [...resource.path, "Properties"] };
  requireProperty(app.problems, place, "RouteSelectionExpression");
  const routes = readRoutes(resource, app);
  const authType = readAuthType(resource, app);
  const made = routes.map((route) => makeRoute(resource, route, authType, app));
  const api = makeResource(
    resource,
    "AWS::ApiGatewayV2::Api",
    {
      Name: properties.Name ?? logicalId,
      ProtocolType: "WEBSOCKET",
      ...pick(properties, ["RouteSelectionExpression", "ApiKeySelectionExpression", "Description"]),
      ...pick(properties, ["DisableExecuteApiEndpoint", "DisableSchemaValidation", "IpAddressType", "Tags"]),
    },
    { dependsOn: resource.dependsOn, metadata: resource.metadata },
  );
  const stage = makeStage(resource, routes, app);
  return {
    resources: {
      [logicalId]: api,
      ...(Object.assign({}, ...made) as Resources),
      ...stage.resources,
      ...(authType === "CUSTOM" && makeAuthorizer(resource)),
    },
    references: { Stage: stage.id },
  };
}

interface WebSocketRoute {
  readonly key: string;
  /** Of the logical ids of what it becomes. */
  readonly id: string;
  readonly properties: JsonObject;
}

function readRoutes({ logicalId, properties, path }: SamResource, { problems }: SamApp): WebSocketRoute[] {
  const place = [...path, "Properties", "Routes"];
  const routes = Object.entries(toObject(properties.Routes));
  if (routes.length === 0) {
    problems.error(place, "TEMPLATE_PROPERTY_INVALID", `The WebSocket API ${logicalId} has no Routes`);
  }
  return routes.map(([key, value]) => {
    if (!/^(?:\$connect|\$disconnect|\$default|[A-Za-z0-9]+)$/.test(key)) {
      const message = `SAM takes routes of letters and digits, $connect, $disconnect and $default, not ${key}`;
      const hint = "Write the route as AWS::ApiGatewayV2::Route where its key has other characters.";
      problems.error([...place, key], "TEMPLATE_PROPERTY_INVALID", message, hint);
    }
    const word = key.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
    const id = `${logicalId}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    return { key, id, properties: toObject(value) };
  });
}

function readAuthType({ properties, path }: SamResource, { problems }: SamApp): string | undefined {
  const auth = properties.Auth;
  if (!isObject(auth)) return undefined;
  const place = [...path, "Properties", "Auth"];
  const type = typeof auth.AuthType === "string" ? auth.AuthType.toUpperCase() : "";
  const complain = (message: string): void => problems.error(place, "TEMPLATE_PROPERTY_INVALID", message);
  if (!authTypes.includes(type)) complain(`AuthType must be ${authTypes.join(", ")}`);
  if (type === "CUSTOM" && auth.AuthArn === undefined) complain("AuthType CUSTOM needs an AuthArn");
  if (type !== "CUSTOM" && Object.keys(auth).length > 1) complain(`AuthType ${type} takes nothing else`);
  if (toObject(properties.Routes).$connect === undefined) {
    complain("Clients are asked who they are at $connect, and the API has no such route");
  }
  return type;
}

function makeRoute(
  resource: SamResource,
  { key, id, properties }: WebSocketRoute,
  authType: string | undefined,
  { problems }: SamApp,
): Resources {
  const { logicalId } = resource;
  const path = [...resource.path, "Properties", "Routes", key];
  const origin = { ...resource, path };
  const functionArn = requireProperty(problems, { properties, path }, "FunctionArn") ?? "";
  if (properties.RequestParameters !== undefined && key !== "$connect") {
    const message = "Only the route $connect takes RequestParameters";
    problems.error([...path, "RequestParameters"], "TEMPLATE_PROPERTY_INVALID", message);
  }
  const isGuarded = key === "$connect" && authType !== undefined;
  const route = makeResource(origin, "AWS::ApiGatewayV2::Route", {
    ApiId: ref(logicalId),
    RouteKey: key,
    Target: { "Fn::Join": ["/", ["integrations", ref(`${id}Integration`)]] },
    AuthorizationType: isGuarded ? authType : undefined,
    AuthorizerId: isGuarded && authType === "CUSTOM" ? ref(`${logicalId}ConnectAuthorizer`) : undefined,
    ...pick(properties, ["ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RequestModels"]),
    ...pick(properties, ["RequestParameters", "RouteResponseSelectionExpression"]),
  });
  const integration = makeResource(origin, "AWS::ApiGatewayV2::Integration", {
    ApiId: ref(logicalId),
    IntegrationType: "AWS_PROXY",
    IntegrationUri: toInvocationUriOf(functionArn),
    TimeoutInMillis: properties.IntegrationTimeout,
  });
  const permission = makeResource(origin, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: functionArn,
    Principal: "apigateway.amazonaws.com",
    SourceArn: toSourceArn(resource, key),
  });
  return { [`${id}Route`]: route, [`${id}Integration`]: integration, [`${id}Permission`]: permission };
}

function toSourceArn({ logicalId, properties }: SamResource, key: string): JsonObject {
  const stage: Json = properties.StageName ?? defaultStage;
  const api = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${logicalId}.ApiId}`;
  if (typeof stage === "string") return { "Fn::Sub": `${api}/${stage}/${key}` };
  return { "Fn::Sub": [`${api}/\${__StageName__}/${key}`, { __StageName__: stage }] };
}

function makeStage(
  resource: SamResource,
  routes: readonly WebSocketRoute[],
  { problems }: SamApp,
): { readonly id: string; readonly resources: Resources } {
  const { logicalId, properties } = resource;
  const name = properties.StageName ?? defaultStage;
  const prefix = typeof name === "string" ? name : "";
  // SAM takes the name into a logical id.
  if (/[^A-Za-z0-9]/.test(prefix)) {
    const message = `SAM takes letters and digits for a WebSocket API's stage, not ${prefix}`;
    problems.error([...resource.path, "Properties", "StageName"], "TEMPLATE_PROPERTY_INVALID", message);
  }
  const id = `${logicalId}${prefix === defaultStage ? "Default" : prefix}Stage`;
  const stage = makeResource(
    resource,
    "AWS::ApiGatewayV2::Stage",
    {
      ApiId: ref(logicalId),
      StageName: name,
      AutoDeploy: true,
      ...pick(properties, ["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"]),
    },
    { dependsOn: properties.RouteSettings === undefined ? [] : routes.map((route) => `${route.id}Route`) },
  );
  return { id, resources: { [id]: stage } };
}

function makeAuthorizer(resource: SamResource): Resources {
  const { logicalId } = resource;
  const path = [...resource.path, "Properties", "Auth"];
  const auth = toObject(resource.properties.Auth);
  const id = `${logicalId}ConnectAuthorizer`;
  const arn = auth.AuthArn ?? "";
  const authorizer = makeResource({ ...resource, path }, "AWS::ApiGatewayV2::Authorizer", {
    ApiId: ref(logicalId),
    AuthorizerType: "REQUEST",
    AuthorizerUri: toInvocationUriOf(arn),
    AuthorizerCredentialsArn: auth.InvokeRole,
    IdentitySource: auth.IdentitySource,
    Name: auth.Name ?? id,
  });
  const permission =
    auth.InvokeRole === undefined
      ? makeAuthorizerPermission({ ...resource, path }, `${logicalId}AuthorizerPermission`, arn)
      : {};
  return { [id]: authorizer, ...permission };
}
