import { ranges } from "../../../model/ranges.ts";
import type { InvokePermission } from "../../../model/app-model.ts";
import { isObject } from "../template/json-kinds.ts";
import type { CodeSource, DraftFunction, ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { readCodeSource } from "./function-code.ts";
import { readPermissions } from "./permissions.ts";
import { nameOf } from "./physical-names.ts";
import { readPolicies, type Policies } from "./policies.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/** Lambda's (documented). */
const defaultTimeoutSeconds = 3;
const defaultMemoryMb = 128;
const timeoutRange = { from: 1, to: 900, unit: "seconds" };

/**
 * Functions with their layers, permissions and roles. Those that are container images are left out with a warning: a
 * route that leads to one is then an error, as of any function that is not there. So are those that only
 * CloudFormation would call: providers of custom resources that nobody was permitted to invoke.
 */
export function readFunctions(resources: ResourceSet, draft: ModelDraft): void {
  checkQualifiers(resources);
  const context: Context = {
    resources,
    policies: readPolicies(resources),
    permissions: readPermissions(resources),
    layers: readLayers(resources),
    providers: providersOf(resources),
  };
  for (const resource of resources.ofType("AWS::Lambda::Function")) {
    const read = readFunction(resource, context);
    if (read !== undefined) draft.functions.push(read);
  }
}

interface Context {
  readonly resources: ResourceSet;
  readonly policies: Policies;
  readonly permissions: ReadonlyMap<string, readonly InvokePermission[]>;
  /** By logical id; undefined for one whose contents are nowhere. */
  readonly layers: ReadonlyMap<string, CodeSource | undefined>;
  /** Logical ids. */
  readonly providers: ReadonlySet<string>;
}

function readFunction(resource: ResolvedResource, context: Context): DraftFunction | undefined {
  const { resources, policies, permissions, providers } = context;
  if (providers.has(resource.logicalId) && !permissions.has(resource.logicalId)) return undefined;
  const properties = propertiesOf(resource, resources.problems);
  if (isImage(properties)) {
    properties.ignore("Code", "container images are not run, so whatever invokes the function fails");
    return undefined;
  }
  properties.require("Code", "Role", "Runtime", "Handler");
  const source = readCodeSource(properties, "Code", resource);
  const concurrency = readConcurrency(properties);
  const [runtime, handler, role] = [
    properties.text("Runtime"),
    properties.text("Handler"),
    properties.text("Role"),
  ];
  const timeoutSeconds = properties.number("Timeout", timeoutRange) ?? defaultTimeoutSeconds;
  const memoryMb = properties.number("MemorySize", ranges.memoryMb) ?? defaultMemoryMb;
  const environment = properties.object("Environment")?.textMap("Variables") ?? {};
  const layers = layersOf(properties, context);
  ignoreExtras(properties);
  if (source === undefined || runtime === undefined || handler === undefined) return undefined;
  return {
    name: nameOf(resource),
    runtime,
    environment,
    timeoutMs: timeoutSeconds * 1000,
    memoryMb,
    ...(concurrency !== undefined && { concurrency }),
    isolated: true,
    grants: [],
    ...(role !== undefined && { role }),
    policies: role === undefined ? [] : policies.ofRole(role),
    permissions: permissions.get(resource.logicalId) ?? [],
    resource,
    source,
    handler,
    layers,
  };
}

function isImage(properties: Properties): boolean {
  if (properties.choice("PackageType", ["Zip", "Image"]) === "Image") return true;
  const { Code: code } = properties.value;
  return isObject(code) && code.ImageUri !== undefined;
}

function readConcurrency(properties: Properties): number | undefined {
  const reserved = properties.number("ReservedConcurrentExecutions", { ...ranges.concurrency, from: 0 });
  if (reserved !== 0) return reserved;
  return properties.ignore("ReservedConcurrentExecutions", "0 stops a function on AWS, and here it runs");
}

function layersOf(properties: Properties, { resources, layers }: Context): readonly CodeSource[] {
  return properties.texts("Layers").flatMap((arn) => {
    const layer = resources.find(arn, "AWS::Lambda::LayerVersion");
    if (layer !== undefined) return layers.get(layer.logicalId) ?? [];
    properties.ignore("Layers", `${arn} is not in this template, and the function runs without it`);
    return [];
  });
}

function ignoreExtras(properties: Properties): void {
  if (properties.has("FileSystemConfigs"))
    properties.ignore("FileSystemConfigs", "no file system is mounted");
  if (properties.has("DeadLetterConfig"))
    properties.ignore("DeadLetterConfig", "events that fail are logged and sent nowhere");
}

function readLayers(resources: ResourceSet): ReadonlyMap<string, CodeSource | undefined> {
  const layers = resources.ofType("AWS::Lambda::LayerVersion").map((layer) => {
    const properties = propertiesOf(layer, resources.problems);
    properties.require("Content");
    return [layer.logicalId, readCodeSource(properties, "Content", layer)] as const;
  });
  return new Map(layers);
}

/** Versions and aliases lead to their function, of which there is one here. */
function checkQualifiers(resources: ResourceSet): void {
  const required = new Map([
    ["AWS::Lambda::Version", ["FunctionName"]],
    ["AWS::Lambda::Alias", ["FunctionName", "FunctionVersion", "Name"]],
  ]);
  for (const [type, names] of required)
    for (const resource of resources.ofType(type)) {
      const properties = propertiesOf(resource, resources.problems);
      properties.require(...names);
      const name = properties.text("FunctionName");
      if (name !== undefined && resources.find(name, "AWS::Lambda::Function") === undefined)
        properties.ignore("FunctionName", `"${name.slice(0, 200)}" is no function of this template`);
    }
}

function providersOf(resources: ResourceSet): ReadonlySet<string> {
  const tokens = resources.all.map(({ properties }) => properties.ServiceToken);
  return new Set(tokens.flatMap((token) => resources.find(token, "AWS::Lambda::Function")?.logicalId ?? []));
}
