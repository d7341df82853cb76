import type { Authorizer, Integration, Mapping, Route } from "../../model/app-model.ts";
import { partId, type ApiSurroundings, type Part } from "./part.ts";

export function describeRoute(id: string, route: Route, authorizers: readonly Authorizer[]): Part {
  const { authorization, requestModels, modelSelectionExpression } = route;
  return {
    ...routeHead(id, route.key),
    apiKeyRequired: route.apiKeyRequired,
    authorizationType: { none: "NONE", iam: "AWS_IAM", authorizer: "CUSTOM" }[authorization.kind],
    ...(authorization.kind === "authorizer" && {
      authorizerId: authorizerIdOf(authorization.authorizer, authorizers),
    }),
    ...(modelSelectionExpression !== undefined && { modelSelectionExpression }),
    ...(Object.keys(requestModels).length > 0 && { requestModels }),
    ...(route.responds && { routeResponseSelectionExpression: "$default" }),
  };
}

/** As its ARN has it. */
export function authorizerIdOf(name: string, authorizers: readonly Authorizer[]): string {
  return authorizers.find((one) => one.name === name)?.id ?? name;
}

export function describeIntegration(id: string, { key, integration }: Route, around: ApiSurroundings): Part {
  return {
    ...integrationHead(id, key),
    ...integrationTarget(integration, around),
    ...(integration.kind !== "mock" &&
      integration.timeoutMs !== undefined && { timeoutInMillis: integration.timeoutMs }),
    payloadFormatVersion: "1.0",
    ...describeMapping(integration.mapping),
  };
}

function integrationTarget(integration: Integration, around: ApiSurroundings): Part {
  switch (integration.kind) {
    case "function":
      return {
        integrationType: integration.proxy ? "AWS_PROXY" : "AWS",
        ...functionTarget(integration.function, around),
        ...(integration.role !== undefined && { credentialsArn: integration.role }),
      };
    case "http":
      return {
        integrationType: integration.proxy ? "HTTP_PROXY" : "HTTP",
        integrationMethod: integration.method,
        integrationUri: integration.uri,
      };
    case "mock":
      return { integrationType: "MOCK" };
    case "service":
      return {
        integrationType: "AWS",
        integrationMethod: "POST",
        integrationUri: `arn:aws:apigateway:${around.region}:${integration.service}:action/${integration.action}`,
      };
  }
}

export function functionTarget(name: string, around: ApiSurroundings): Part {
  return { integrationMethod: "POST", integrationUri: invocationUri(name, around) };
}

export function invocationUri(name: string, { region, accountId }: ApiSurroundings): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${accountId}:function:${name}/invocations`;
}

const passthroughNames = {
  "when-no-match": "WHEN_NO_MATCH",
  "when-no-templates": "WHEN_NO_TEMPLATES",
  never: "NEVER",
} as const;
const contentHandlingNames = { "to-text": "CONVERT_TO_TEXT", "to-binary": "CONVERT_TO_BINARY" } as const;

function describeMapping(mapping: Mapping | undefined): Part {
  if (mapping === undefined) return {};
  const { requestParameters, requestTemplates, templateSelectionExpression, contentHandling } = mapping;
  return {
    passthroughBehavior: passthroughNames[mapping.passthrough],
    ...(Object.keys(requestParameters).length > 0 && { requestParameters }),
    ...(Object.keys(requestTemplates).length > 0 && { requestTemplates }),
    ...(templateSelectionExpression !== undefined && { templateSelectionExpression }),
    ...(contentHandling !== undefined && { contentHandlingStrategy: contentHandlingNames[contentHandling] }),
  };
}

/** A route has an integration of its own here; on AWS several may share one. */
export function routeHead(id: string, key: string): Part {
  return {
    routeId: partId(id, "route", key),
    routeKey: key,
    target: `integrations/${partId(id, "integration", key)}`,
  };
}

export function integrationHead(id: string, key: string): Part {
  return { integrationId: partId(id, "integration", key), connectionType: "INTERNET" };
}
