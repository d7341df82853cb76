import type { Output } from "../../../model/app-model.ts";
import type { AwsPlace } from "../../../ports/frontend.ts";
import { createConditions } from "../intrinsics/conditions.ts";
import type { DynamicValue } from "../intrinsics/dynamic-references.ts";
import { resolveParameters } from "../intrinsics/parameters.ts";
import { createResolver } from "../intrinsics/resolver.ts";
import type { Scope } from "../intrinsics/scope.ts";
import { attributeOf, refOf } from "../resources/attributes.ts";
import type { ResourceSet } from "../resources/draft.ts";
import { readOutputs } from "../resources/outputs.ts";
import { createNaming } from "../resources/physical-names.ts";
import { createResourceSet, existingResources } from "../resources/resource-set.ts";
import { transformSam } from "../sam/transform-sam.ts";
import { checkDependencies } from "../template/check-dependencies.ts";
import type { Json, Problems, Template, TemplatePath } from "../template/template.ts";
import { placeDocuments } from "./included-files.ts";
import type { LoadedStack } from "./load-stack.ts";
import { takeIds, takeNames } from "./distinct-names.ts";
import { createNestedStacks } from "./nested-stacks.ts";

/** What the stacks of an app share while they are evaluated, one after the other. */
export interface StackSurroundings {
  readonly appName: string;
  readonly place: AwsPlace;
  /** What stacks export, by name: it grows with each. */
  readonly exported: Map<string, string>;
  /** Ids and names of resources that stacks have taken: they grow with each. */
  readonly taken: Set<string>;
  /** Each stack that was begun. Paths of its resources begin with `Stacks` and its place in here. */
  readonly begun: LoadedStack[];
}

/** A stack, and the stacks nested in it, with everything resolved. */
export interface EvaluatedStack {
  readonly loaded: LoadedStack;
  readonly resources: ResourceSet;
  readonly outputs: readonly Output[];
  readonly nested: readonly EvaluatedStack[];
  /** The value of an output, for the stack that this one is nested in. */
  output(name: string): Json | undefined;
}

/**
 * From what is written to what it means.
 *
 * @param given values of the template's parameters
 */
export function evaluateStack(
  written: Template,
  loaded: LoadedStack,
  given: Readonly<Record<string, string>>,
  app: StackSurroundings,
): EvaluatedStack {
  const { appName, place } = app;
  const { name, problems, home } = loaded;
  const origin = ["Stacks", app.begun.push(loaded) - 1];
  const { template, base, condition, dynamicValue, faulty } = prepare(written, loaded, given, app);
  const existing = takeNames(existingResources(template.resources, condition), name, app.taken);
  const idInApp = takeIds(Object.keys(existing), name, app.taken);
  const scope: Scope = {
    ...base,
    condition,
    declared: template.resources,
    ref: (logicalId) => {
      const resource = naming.resource(logicalId);
      return resource && refOf(resource, naming);
    },
    attribute: (logicalId, attribute) => {
      if (nested.has(logicalId)) return nested.attribute(logicalId, attribute);
      const resource = naming.resource(logicalId);
      return resource && attributeOf(resource, attribute, naming);
    },
  };
  const resolve = createResolver(scope, problems, { dynamicValue });
  // What is wrong with a name, or with what a nested stack is given, is said when all properties are resolved.
  const resolveQuietly = createResolver(scope, silentProblems, { dynamicValue });
  const naming = createNaming(existing, { resolve: resolveQuietly, appName, place, problems, idInApp });
  const nested = createNestedStacks<EvaluatedStack>(loaded.nested, existing, {
    resolve: resolveQuietly,
    evaluate: (child, stack, values) => evaluateStack(child, stack, values, app),
  });
  const stacks = nested.all();
  const nestedIds = new Set([...loaded.nested.keys()].map(idInApp));
  const options = {
    resolve,
    naming,
    appName,
    place,
    problems,
    home,
    idInApp,
    faulty,
    nested: nestedIds,
    origin,
  };
  const resources = createResourceSet(existing, options);
  const outputs = readOutputs(template.outputs, { resolve, condition, problems });
  for (const { name: output, value, exportName } of outputs) {
    app.exported.set(`${name}.${output}`, value);
    if (exportName !== undefined) app.exported.set(exportName, value);
  }
  return {
    loaded,
    resources,
    outputs,
    nested: stacks,
    output: (output) => outputs.find((one) => one.name === output)?.value,
  };
}

interface PreparedStack {
  /** As it is after transforms. */
  readonly template: Template;
  readonly base: Pick<Scope, "parameters" | "mappings" | "imported">;
  readonly condition: Scope["condition"];
  readonly dynamicValue: DynamicValue;
  /** Where errors are already. */
  readonly faulty: readonly TemplatePath[];
}

/** All that can be known before there are resources. */
function prepare(
  written: Template,
  { name, problems, documents }: LoadedStack,
  given: Readonly<Record<string, string>>,
  { place, exported }: StackSurroundings,
): PreparedStack {
  const ssm = ssmValues(written);
  const parameters = resolveParameters(written, given, place, name, problems, Object.fromEntries(ssm));
  const transformed = transformSam(written, problems, { parameters });
  const template = placeDocuments(transformed, documents);
  // Of templates that nothing was made of, this was checked when they were read.
  if (transformed !== written) checkDependencies(template, problems);
  const faulty = problems.errorPaths();
  const { mappings } = template;
  const base = { parameters, mappings, imported: (imported: string) => exported.get(imported) };
  const conditions = createConditions(template.conditions, base, problems);
  conditions.all();
  const dynamicValue: DynamicValue = ({ service, reference }) =>
    service === "ssm" ? ssm.get(reference.replace(/:\d+$/, "")) : undefined;
  return { template, base, condition: conditions.condition, dynamicValue, faulty };
}

const silentProblems: Problems = { error: () => {}, warn: () => {} };

/** Values of parameters that the template itself puts into Systems Manager's store, by their names. */
function ssmValues({ resources }: Template): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { type, properties } of Object.values(resources)) {
    const { Name: name, Value: value } = properties;
    if (type === "AWS::SSM::Parameter" && typeof name === "string" && typeof value === "string")
      values.set(name, value);
  }
  return values;
}
