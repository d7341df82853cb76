import type { Json, Problems, Template, TemplateResource } from "../template/template.ts";
import { makeApi } from "./api.ts";
import { addNotifications } from "./bucket-notifications.ts";
import { makeConnector, readConnectors } from "./connector.ts";
import { makeFunction } from "./function.ts";
import { applyGlobals } from "./globals.ts";
import { makeHttpApi } from "./http-api.ts";
import { makeImplicitApis } from "./implicit-apis.ts";
import { makeLayerVersion } from "./layer-version.ts";
import { resolveReferences } from "./references.ts";
import { makeResource, type ApiRoute, type Made, type SamApp, type SamResource } from "./sam-resource.ts";
import { makeSimpleTable } from "./simple-table.ts";
import { makeWebSocketApi } from "./websocket-api.ts";

const transformName = "AWS::Serverless-2016-10-31";

export interface SamOptions {
  /** Values of the template's parameters. */
  readonly parameters: Readonly<Record<string, Json>>;
}

/**
 * SAM's transform: a template without `AWS::Serverless::*`, with the logical ids that SAM gives (documented), so that
 * what refers to them is understood. A template that does not ask for the transform is returned as it is.
 *
 * Intrinsic functions stay as they are. What SAM would not take, and what Holdfast does not run, is said in `problems`.
 * Where SAM ends a logical id with a hash of what it is made from (versions, layers, deployments), the id is without.
 */
export function transformSam(template: Template, problems: Problems, options: SamOptions): Template {
  if (!template.transforms.includes(transformName)) return template;
  const app: SamApp = { ...options, problems, resources: applyGlobals(template, problems) };

  const resources = [...app.resources.values()].flatMap((one) => [one, ...readConnectors(one)]);
  const begun = resources.map((resource) => ({ resource, made: make(resource, app) }));
  const routes = begun.flatMap(({ made }) => made.routes ?? []);
  const implicit = makeImplicitApis(template.globals, routes, app);
  const own = begun.map(({ resource, made }) => ({
    resource,
    made: finishApi(resource, made, routes, app),
  }));
  const all = [...own, ...implicit.apis];
  const notifications = all.flatMap(({ made }) => made.notifications ?? []);
  const transformed: Template = {
    ...template,
    resources: addNotifications(joinResources(all, problems), notifications),
    conditions: { ...template.conditions, ...implicit.conditions },
    transforms: template.transforms.filter((name) => name !== transformName),
    globals: {},
  };
  return resolveReferences(transformed, findTargets(all));
}

interface MadeOf {
  readonly resource: SamResource;
  readonly made: Made;
}

function findTargets(all: readonly MadeOf[]): ReadonlyMap<string, string> {
  const targets = all.flatMap(({ resource, made }) =>
    Object.entries(made.references ?? {}).map(([name, id]): [string, string] => [
      `${resource.logicalId}.${name}`,
      id,
    ]),
  );
  return new Map(targets);
}

type Maker = (resource: SamResource, app: SamApp) => Made;

const makers: ReadonlyMap<string, Maker> = new Map([
  ["AWS::Serverless::Function", makeFunction],
  ["AWS::Serverless::SimpleTable", makeSimpleTable],
  ["AWS::Serverless::LayerVersion", makeLayerVersion],
  ["AWS::Serverless::WebSocketApi", makeWebSocketApi],
  ["AWS::Serverless::Connector", makeConnector],
  ["AWS::Serverless::StateMachine", makePlain("AWS::StepFunctions::StateMachine")],
  ["AWS::Serverless::Application", makePlain("AWS::CloudFormation::Stack")],
  ["AWS::Serverless::GraphQLApi", makePlain("AWS::AppSync::GraphQLApi")],
  ["AWS::Serverless::CapacityProvider", makePlain("AWS::Lambda::CapacityProvider")],
]);

function make(resource: SamResource, app: SamApp): Made {
  const maker = makers.get(resource.type);
  if (maker !== undefined) return maker(resource, app);
  const isKnown = !resource.type.startsWith("AWS::Serverless::") || apiMakers.has(resource.type);
  if (!isKnown) {
    const message = `SAM has no resource type ${resource.type}`;
    app.problems.error(resource.path, "TEMPLATE_PROPERTY_INVALID", message);
  }
  return keep(resource);
}

/** What is made of an API depends on the events of functions, which are known only now. */
const apiMakers: ReadonlyMap<string, ApiMaker> = new Map([
  ["AWS::Serverless::Api", makeApi],
  ["AWS::Serverless::HttpApi", makeHttpApi],
]);
type ApiMaker = (resource: SamResource, routes: readonly ApiRoute[], app: SamApp) => Made;

function finishApi(resource: SamResource, made: Made, routes: readonly ApiRoute[], app: SamApp): Made {
  const maker = apiMakers.get(resource.type);
  if (maker === undefined) return made;
  const own = routes.filter(({ apiId }) => apiId === resource.logicalId);
  return maker(resource, own, app);
}

/** What is not run is only given the type by which CloudFormation knows it: whoever reads resources says what follows. */
function makePlain(type: string): Maker {
  return (resource) => {
    const { logicalId, properties, dependsOn, metadata } = resource;
    const plain = makeResource(resource, type, properties, { dependsOn, metadata });
    return { resources: { [logicalId]: plain } };
  };
}

function keep({ logicalId, path: _path, inherited: _inherited, ...resource }: SamResource): Made {
  return { resources: { [logicalId]: resource } };
}

function joinResources(all: readonly MadeOf[], problems: Problems): Record<string, TemplateResource> {
  const joined: Record<string, TemplateResource> = {};
  for (const [logicalId, resource] of all.flatMap(({ made }) => Object.entries(made.resources))) {
    if (Object.hasOwn(joined, logicalId)) {
      const message = `SAM makes a resource with the logical id ${logicalId}, which is taken`;
      problems.error(resource.madeFrom ?? ["Resources", logicalId], "TEMPLATE_INVALID", message);
    }
    joined[logicalId] = resource;
  }
  return joined;
}
