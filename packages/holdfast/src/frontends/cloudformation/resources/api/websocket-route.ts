import type { Authorization, Authorizer, Integration, Route } from "../../../../model/app-model.ts";
import { leadsTo, partsOf } from "./api-parts.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { propertiesOf, type Properties } from "../properties.ts";
import type { ReadAuthorizer } from "./websocket-authorizer.ts";
import type { ReadIntegration } from "./websocket-integration.ts";
import type { WebSocketStage } from "./websocket-stage.ts";

/** What a route may refer to, by logical id. */
export interface RouteSurroundings {
  readonly api: ResolvedResource;
  readonly set: ResourceSet;
  readonly stage: WebSocketStage;
  /** Undefined where the resource itself is at fault, and that was reported. */
  readonly integrations: ReadonlyMap<string, ReadIntegration | undefined>;
  readonly authorizers: ReadonlyMap<string, ReadAuthorizer | undefined>;
}

/** Undefined when it cannot run, which is reported. */
export function readWebSocketRoute(
  resource: ResolvedResource,
  surroundings: RouteSurroundings,
): Route | undefined {
  const properties = propertiesOf(resource, surroundings.set.problems);
  properties.require("RouteKey");
  const key = properties.text("RouteKey");
  const integration = findIntegration(properties, surroundings);
  const authorization = readAuthorization(properties, surroundings);
  reportParameters(properties);
  const modelSelectionExpression = properties.text("ModelSelectionExpression");
  if (key === undefined || integration === undefined || authorization === undefined) return undefined;
  const throttling = surroundings.stage.routeThrottling.get(key);
  return {
    key,
    integration,
    responds: responds(resource, properties, surroundings),
    ordered: false,
    authorization,
    apiKeyRequired: readApiKeyRequired(key, properties),
    ...(modelSelectionExpression !== undefined && { modelSelectionExpression }),
    requestModels: readRequestModels(properties, surroundings),
    ...(throttling !== undefined && { throttling }),
  };
}

const targetForm = /^integrations\/(?<id>.+)$/;

function findIntegration(
  properties: Properties,
  { set, integrations }: RouteSurroundings,
): Integration | undefined {
  const target = properties.text("Target");
  if (target === undefined) {
    properties.require("Target");
    return undefined;
  }
  const id = targetForm.exec(target)?.groups?.id;
  const resource = set.find(id, "AWS::ApiGatewayV2::Integration");
  if (resource === undefined || !integrations.has(resource.logicalId))
    return properties.refuse(
      "Target",
      `is "${target.slice(0, 200)}", which is no integration of its API`,
      "A Target is integrations/ and the integration's Ref.",
    );
  const read = integrations.get(resource.logicalId);
  if (read === undefined) return undefined;
  if ("integration" in read) return read.integration;
  return properties.refuse("Target", `leads to ${resource.logicalId}, which cannot run: ${read.problem}`);
}

function readAuthorization(
  properties: Properties,
  { set, authorizers }: RouteSurroundings,
): Authorization | undefined {
  const type = properties.choice("AuthorizationType", ["NONE", "AWS_IAM", "CUSTOM"]);
  // Reported: whom the route is to let in is not known.
  if (type === undefined && properties.has("AuthorizationType")) return undefined;
  const id = properties.value.AuthorizerId;
  if (type !== "CUSTOM") {
    if (type === undefined && id !== undefined)
      properties.ignore(
        "AuthorizerId",
        "it is not asked, on AWS neither, as AuthorizationType is not CUSTOM",
      );
    return { kind: type === "AWS_IAM" ? "iam" : "none" };
  }
  const resource = set.find(id, "AWS::ApiGatewayV2::Authorizer");
  if (resource === undefined || !authorizers.has(resource.logicalId))
    return properties.refuse(
      "AuthorizerId",
      "leads to no authorizer of its API, and AuthorizationType is CUSTOM",
    );
  const read = authorizers.get(resource.logicalId);
  if (read === undefined) return undefined;
  if ("authorizer" in read) return { kind: "authorizer", authorizer: read.authorizer.name };
  return properties.refuse(
    "AuthorizerId",
    `leads to ${resource.logicalId}, which cannot be asked: ${read.problem}`,
  );
}

/** The authorizers that can be asked. */
export function usableAuthorizers(read: RouteSurroundings["authorizers"]): readonly Authorizer[] {
  return [...read.values()].flatMap((one) =>
    one !== undefined && "authorizer" in one ? [one.authorizer] : [],
  );
}

/**
 * A route response alone makes a route respond (captured). Whether the expression alone does, as SAM writes it, is not
 * known; here it does.
 */
function responds(
  resource: ResolvedResource,
  properties: Properties,
  { api, set }: RouteSurroundings,
): boolean {
  if (properties.text("RouteResponseSelectionExpression") !== undefined) return true;
  return partsOf(set, api, "AWS::ApiGatewayV2::RouteResponse").some((one) =>
    leadsTo(set, one.properties.RouteId, resource),
  );
}

/** Messages carry no key: it is asked for at $connect. What AWS makes of other routes that want one is not known. */
function readApiKeyRequired(key: string, properties: Properties): boolean {
  const required = properties.flag("ApiKeyRequired") ?? false;
  if (!required || key === "$connect") return required;
  properties.ignore("ApiKeyRequired", "a key is asked for at $connect only");
  return false;
}

function readRequestModels(
  properties: Properties,
  { set }: RouteSurroundings,
): Readonly<Record<string, string>> {
  const models = Object.entries(properties.textMap("RequestModels"));
  // AWS wants the model's name; its Ref is forgiven.
  const nameOf = (value: string): string => {
    const name = set.find(value, "AWS::ApiGatewayV2::Model")?.properties.Name;
    return typeof name === "string" ? name : value;
  };
  return Object.fromEntries(models.map(([key, value]) => [key, nameOf(value)]));
}

/** Parameters that a handshake must have. */
function reportParameters(properties: Properties): void {
  const parameters = Object.keys(properties.object("RequestParameters")?.value ?? {});
  if (parameters.length === 0) return;
  properties.ignore("RequestParameters", `handshakes without ${parameters.join(", ")} are taken`);
}
