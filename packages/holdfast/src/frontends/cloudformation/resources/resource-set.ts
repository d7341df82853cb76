import type { AwsPlace } from "../../../ports/frontend.ts";
import type { Resolve } from "../intrinsics/scope.ts";
import type { Json, JsonObject, Problems, TemplatePath, TemplateResource } from "../template/template.ts";
import { functionArn, functionOfArn } from "./arns.ts";
import { identifiersOf } from "./attributes.ts";
import type { ResolvedResource, ResourceSet, StackHome } from "./draft.ts";
import type { Naming } from "./physical-names.ts";

export interface ResourceSetOptions {
  readonly resolve: Resolve;
  readonly naming: Naming;
  readonly appName: string;
  readonly place: AwsPlace;
  readonly problems: Problems;
  readonly home: StackHome;
  /** As of the naming. */
  readonly idInApp?: (logicalId: string) => string;
  /** Where errors were found before: what is wrong at or below them follows from those. */
  readonly faulty?: readonly TemplatePath[];
  /** Ids of the stacks nested in this one whose resources are known. */
  readonly nested?: ReadonlySet<string>;
  /** What paths begin with, where an app has several stacks. */
  readonly origin?: TemplatePath;
}

/** Those resources of a template whose conditions hold. Conditions that there are none of were reported, and do. */
export function existingResources(
  resources: Readonly<Record<string, TemplateResource>>,
  condition: (name: string) => boolean | undefined,
): Readonly<Record<string, TemplateResource>> {
  const existing = Object.entries(resources).filter(
    ([, { condition: name }]) => name === undefined || (condition(name) ?? true),
  );
  return Object.fromEntries(existing);
}

/** Resolves the properties of `resources`, which are those that exist. */
export function createResourceSet(
  resources: Readonly<Record<string, TemplateResource>>,
  options: ResourceSetOptions,
): ResourceSet {
  const { resolve, naming, appName, place, problems, home, origin = [], nested = new Set() } = options;
  const { idInApp = (logicalId: string) => logicalId } = options;
  const properties = new Map<string, JsonObject>();
  const all = Object.entries(resources).map(([logicalId, resource]): ResolvedResource => {
    const { madeFrom, ...own } = resource;
    const path = madeFrom ?? ["Resources", logicalId];
    const resolved = resolveEach(resource.properties, path, resolve);
    properties.set(logicalId, resolved);
    return {
      ...own,
      logicalId: idInApp(logicalId),
      path: [...origin, ...path],
      properties: resolved,
      dependsOn: resource.dependsOn.map(idInApp),
      home,
    };
  });
  const byType = Map.groupBy(all, ({ type }) => type);
  const byIdentifier = groupByIdentifier(all, Object.keys(resources), naming);
  const ofType = (type: string): readonly ResolvedResource[] => byType.get(type) ?? [];
  return {
    appName,
    place,
    all,
    ofType,
    find: (value, ...types) => {
      if (typeof value !== "string") return undefined;
      const fits = ({ type }: ResolvedResource): boolean => types.length === 0 || types.includes(type);
      return [value, ...otherForms(value, place)]
        .flatMap((form) => byIdentifier.get(form) ?? [])
        .find((resource) => fits(resource));
    },
    isNested: ({ logicalId }) => nested.has(logicalId),
    madeUpOf: ({ logicalId }) => naming.madeUpOf(logicalId),
    problems: within(origin, withoutEchoes(problems, resources, properties, options.faulty ?? [])),
  };
}

function resolveEach(properties: JsonObject, path: TemplatePath, resolve: Resolve): JsonObject {
  const entries = Object.entries(properties).flatMap(([name, value]): readonly [string, Json][] => {
    const resolved = resolve(value, [...path, "Properties", name]);
    return resolved === undefined ? [] : [[name, resolved]];
  });
  return Object.fromEntries(entries);
}

function groupByIdentifier(
  all: readonly ResolvedResource[],
  logicalIds: readonly string[],
  naming: Naming,
): ReadonlyMap<string, readonly ResolvedResource[]> {
  const pairs = all.flatMap((resource, at) => {
    const named = naming.resource(logicalIds[at] ?? "");
    return (named === undefined ? [] : identifiersOf(named, naming)).map((id) => ({ id, resource }));
  });
  const groups = Map.groupBy(pairs, ({ id }) => id);
  return new Map([...groups].map(([id, found]) => [id, found.map(({ resource }) => resource)]));
}

/** What else leads to the same: a function's ARN where there is a version or alias behind it, a bucket's for its objects'. */
function otherForms(value: string, place: AwsPlace): readonly string[] {
  if (/:function:|^[\w-]+:[\w$-]+$/.test(value)) return [functionArn(place, functionOfArn(value))];
  if (value.startsWith("arn:aws:s3:::")) return [value.split("/", 1)[0] ?? value];
  return /^(arn:aws:logs:.*:log-group:[^:]+)$/.test(value) ? [`${value}:*`] : [];
}

/**
 * Properties that could not be resolved are not there; that was reported, and whoever misses them need not say so again.
 * Nor need what was wrong before a transform be said of what it made. A property that the author took away with
 * `AWS::NoValue` is missed.
 */
function withoutEchoes(
  problems: Problems,
  written: Readonly<Record<string, TemplateResource>>,
  resolved: ReadonlyMap<string, JsonObject>,
  faulty: readonly TemplatePath[],
): Problems {
  const follows = (path: TemplatePath): boolean =>
    faulty.some((fault) => fault.length > 1 && fault.every((step, at) => step === path[at]));
  const isEcho = ([section, logicalId, , ...steps]: TemplatePath): boolean => {
    if (section !== "Resources" || typeof logicalId !== "string" || steps.length === 0) return false;
    if (valueAt(resolved.get(logicalId), steps) !== undefined) return false;
    const source = valueAt(written[logicalId]?.properties, steps);
    return source !== undefined && !JSON.stringify(source).includes("AWS::NoValue");
  };
  return {
    error: (path, ...rest) => {
      if (!isEcho(path) && !follows(path)) problems.error(path, ...rest);
    },
    warn: (path, ...rest) => {
      if (!isEcho(path) && !follows(path)) problems.warn(path, ...rest);
    },
  };
}

/** Takes paths that begin with the origin. */
function within(origin: TemplatePath, problems: Problems): Problems {
  return {
    error: (path, ...rest) => problems.error(path.slice(origin.length), ...rest),
    warn: (path, ...rest) => problems.warn(path.slice(origin.length), ...rest),
  };
}

function valueAt(value: Json | undefined, [step, ...rest]: TemplatePath): Json | undefined {
  if (step === undefined || value === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return valueAt((value as Readonly<Record<string | number, Json>>)[step], rest);
}
