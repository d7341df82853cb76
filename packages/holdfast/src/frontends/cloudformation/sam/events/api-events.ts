import type { Json } from "../../template/template.ts";
import { referredId } from "../json-values.ts";
import type { ApiRoute } from "../sam-resource.ts";
import { makePermission, requireOf, type EventParts, type SamEvent } from "./event.ts";

export const implicitRestApi = "ServerlessRestApi";
export const implicitHttpApi = "ServerlessHttpApi";
const anyMethod = "x-amazon-apigateway-any-method";

/** `Api`: an operation of a REST API, of SAM's own unless the event names another. */
export function makeApiEvent(event: SamEvent): EventParts {
  const apiId = readApiId(event, "RestApiId", "AWS::Serverless::Api", implicitRestApi);
  const path = requireText(event, "Path");
  const method = requireText(event, "Method");
  if (apiId === undefined || path === undefined || method === undefined) return {};
  const stage = event.app.resources.get(apiId)?.properties.StageName ?? "Prod";
  const suffix = typeof stage === "string" && apiId !== implicitRestApi ? stage : undefined;
  const permissionId = `${event.id}Permission${apiId === implicitRestApi ? "Prod" : (suffix ?? "Stage")}`;
  return {
    routes: [toRoute(event, "rest", apiId, path, method)],
    resources: { [permissionId]: makeApiPermission(event, apiId, path, method) },
  };
}

/** `HttpApi`: a route of an HTTP API, of SAM's own unless the event names another; without a path, `$default`. */
export function makeHttpApiEvent(event: SamEvent): EventParts {
  const apiId = readApiId(event, "ApiId", "AWS::Serverless::HttpApi", implicitHttpApi);
  const isCatchAll = event.properties.Path === undefined && event.properties.Method === undefined;
  const path = isCatchAll ? "$default" : requireText(event, "Path");
  const method = isCatchAll ? "any" : requireText(event, "Method");
  if (apiId === undefined || path === undefined || method === undefined) return {};
  return {
    routes: [toRoute(event, "http", apiId, path, method)],
    resources: { [`${event.id}Permission`]: makeApiPermission(event, apiId, path, method) },
  };
}

function toRoute(
  event: SamEvent,
  kind: ApiRoute["kind"],
  apiId: string,
  path: string,
  method: string,
): ApiRoute {
  const { condition } = event.function;
  return {
    kind,
    apiId,
    path,
    method: ["any", anyMethod].includes(method.toLowerCase()) ? anyMethod : method.toLowerCase(),
    functionArn: event.target.arnInText,
    properties: event.properties,
    place: event.path,
    ...(condition !== undefined && { condition }),
  };
}

function makeApiPermission(
  event: SamEvent,
  apiId: string,
  path: string,
  method: string,
): ReturnType<typeof makePermission> {
  const verb = method.toLowerCase() === "any" ? "*" : method.toUpperCase();
  const of = path === "$default" ? "*" : `${verb}${path.replaceAll(/\{[^}]*\}/g, "*")}`;
  const text = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/*/${of}`;
  return makePermission(event, "apigateway.amazonaws.com", {
    SourceArn: { "Fn::Sub": [text, { __ApiId__: { Ref: apiId } }] },
  });
}

function readApiId(event: SamEvent, name: string, type: string, implicit: string): string | undefined {
  const given: Json | undefined = event.properties[name];
  if (given === undefined) return implicit;
  const id = typeof given === "string" ? given : referredId(given);
  if (id === implicit || (id !== undefined && event.app.resources.get(id)?.type === type)) return id;
  const message = `${name} must be a Ref of a resource of type ${type} in this template`;
  event.app.problems.error([...event.path, name], "TEMPLATE_REFERENCE_INVALID", message);
  return undefined;
}

function requireText(event: SamEvent, name: string): string | undefined {
  const value = requireOf(event, name);
  if (value === undefined || typeof value === "string") return value;
  const message = `${name} of an event must be text`;
  event.app.problems.error([...event.path, name], "TEMPLATE_PROPERTY_INVALID", message);
  return undefined;
}
