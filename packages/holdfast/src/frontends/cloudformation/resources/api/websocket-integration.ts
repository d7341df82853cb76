import type { FunctionIntegration, Integration, Mapping } from "../../../../model/app-model.ts";
import { findFunction, isFunctionUri } from "./api-function.ts";
import type { ResolvedResource, ResourceSet } from "../draft.ts";
import { propertiesOf, type Properties } from "../properties.ts";
import { readServiceUri } from "./service-uri.ts";
import { readMapping } from "./websocket-mapping.ts";

export type ReadIntegration =
  | { readonly integration: Integration }
  /** Why no route can use it; the end of a sentence. */
  | { readonly problem: string };

interface IntegrationParts {
  readonly properties: Properties;
  readonly uri: string;
  readonly mapping: Mapping | undefined;
  readonly timeout: { readonly timeoutMs?: number };
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly set: ResourceSet;
}

/**
 * Undefined when it lacks what every integration has, which is reported. Why it cannot run is for its routes to report:
 * one that no route uses stops nothing.
 */
export function readWebSocketIntegration(
  api: ResolvedResource,
  integration: ResolvedResource,
  stageVariables: Readonly<Record<string, string>>,
  set: ResourceSet,
): ReadIntegration | undefined {
  const properties = propertiesOf(integration, set.problems);
  properties.require("IntegrationType");
  const type = properties.text("IntegrationType");
  const timeoutMs = properties.number("TimeoutInMillis");
  const mapping = type === "AWS_PROXY" ? undefined : readMapping(api, integration, set);
  if (type === "MOCK") return { integration: { kind: "mock", ...(mapping !== undefined && { mapping }) } };
  if (type === undefined) return undefined;
  if (!isKnown(type)) return { problem: `its IntegrationType is "${type}"` };
  properties.require("IntegrationUri");
  const uri = properties.text("IntegrationUri");
  if (uri === undefined) return undefined;
  const timeout = timeoutMs === undefined ? {} : { timeoutMs };
  return readers[type]({ properties, uri, mapping, timeout, stageVariables, set });
}

function isKnown(type: string): type is keyof typeof readers {
  return Object.hasOwn(readers, type);
}

const readers = {
  AWS_PROXY: (parts: IntegrationParts) => readFunction(parts, true),
  AWS: (parts: IntegrationParts) =>
    isFunctionUri(parts.uri) ? readFunction(parts, false) : readService(parts),
  HTTP_PROXY: (parts: IntegrationParts) => readHttp(parts, true),
  HTTP: (parts: IntegrationParts) => readHttp(parts, false),
} as const;

function readFunction(parts: IntegrationParts, proxy: boolean): ReadIntegration {
  const { properties, uri, mapping, timeout, stageVariables, set } = parts;
  const found = findFunction(uri, stageVariables, set);
  if ("problem" in found) return found;
  const method = properties.text("IntegrationMethod") ?? "POST";
  if (method !== "POST")
    properties.ignore(
      "IntegrationMethod",
      `AWS invokes functions with POST only, and could not by ${method}`,
    );
  // They get API Gateway's event as it is: templates are for the other type (documented).
  if (proxy && Object.keys(properties.object("RequestParameters")?.value ?? {}).length > 0)
    properties.ignore("RequestParameters", "a function proxy gets its event as it is");
  const role = properties.text("CredentialsArn");
  const integration: FunctionIntegration = {
    kind: "function",
    function: found.function,
    proxy,
    ...timeout,
    ...(role !== undefined && { role }),
  };
  return { integration: withMapping(integration, mapping) };
}

function readService({ uri, mapping, timeout }: IntegrationParts): ReadIntegration {
  const call = readServiceUri(uri, mapping);
  if (call === undefined) return { problem: `Holdfast cannot run "${uri.slice(0, 200)}"` };
  const { service, action, requestParameters: said } = call;
  const told = mapping && { ...mapping, requestParameters: { ...said, ...mapping.requestParameters } };
  return { integration: withMapping({ kind: "service", service, action, ...timeout }, told) };
}

function readHttp({ properties, uri, mapping, timeout }: IntegrationParts, proxy: boolean): ReadIntegration {
  if (properties.text("ConnectionType") === "VPC_LINK")
    properties.ignore("ConnectionType", `${uri} is called from this machine, which must be able to reach it`);
  const method = properties.text("IntegrationMethod") ?? "POST";
  return { integration: withMapping({ kind: "http", proxy, method, uri, ...timeout }, mapping) };
}

function withMapping<T extends Integration>(integration: T, mapping: Mapping | undefined): T {
  return mapping === undefined ? integration : { ...integration, mapping };
}
