import type { AwsPlace } from "../../src/ports/frontend.ts";
import type { Resolve, Resolved } from "../../src/frontends/cloudformation/intrinsics/scope.ts";
import { attributeOf, refOf } from "../../src/frontends/cloudformation/resources/attributes.ts";
import {
  emptyDraft,
  type ModelDraft,
  type ResourceSet,
} from "../../src/frontends/cloudformation/resources/draft.ts";
import { createNaming, type Naming } from "../../src/frontends/cloudformation/resources/physical-names.ts";
import { createResourceSet } from "../../src/frontends/cloudformation/resources/resource-set.ts";
import type {
  Json,
  Problems,
  TemplateErrorCode,
  TemplatePath,
  TemplateResource,
} from "../../src/frontends/cloudformation/template/template.ts";

/** A resource as a template has it, with what it seldom has left out. */
export interface SampleResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Json>>;
  readonly Metadata?: Readonly<Record<string, Json>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** What was reported, with the path in one text: `Resources/Games/Properties/KeySchema`. */
export interface Reported {
  readonly severity: "error" | "warning";
  readonly path: string;
  readonly code: TemplateErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export interface SampleSet {
  readonly set: ResourceSet;
  readonly naming: Naming;
  readonly draft: ModelDraft;
  /** Grows while readers read. */
  readonly diagnostics: readonly Reported[];
}

export const samplePlace: AwsPlace = { region: "eu-central-1", accountId: "000000000000", stage: "dev" };

/**
 * Resources as readers get them, resolved by as much of the intrinsic functions as their tests need: `Ref`,
 * `Fn::GetAtt` and `Fn::Sub`, of resources and of `AWS::StackName`, `AWS::Region` and `AWS::AccountId`.
 */
export function resourceSet(
  resources: Readonly<Record<string, SampleResource>>,
  { appName = "app", place = samplePlace }: { readonly appName?: string; readonly place?: AwsPlace } = {},
): SampleSet {
  const diagnostics: Reported[] = [];
  const report =
    (severity: Reported["severity"]): Problems["error"] =>
    (path, code, message, hint) => {
      diagnostics.push({
        severity,
        path: path.join("/"),
        code,
        message,
        ...(hint !== undefined && { hint }),
      });
    };
  const problems: Problems = { error: report("error"), warn: report("warning") };
  const written = Object.fromEntries(Object.entries(resources).map(([id, one]) => [id, toResource(one)]));
  const pseudo = new Map([
    ["AWS::StackName", appName],
    ["AWS::Region", place.region],
    ["AWS::AccountId", place.accountId],
    ["AWS::Partition", "aws"],
  ]);
  const lookUp = (name: string, attribute?: string): Resolved => {
    const resource = naming.resource(name);
    if (resource === undefined) return pseudo.get(name);
    return attribute === undefined ? refOf(resource, naming) : attributeOf(resource, attribute, naming);
  };
  const resolver = (to: Problems): Resolve => {
    const found = (name: string, attribute: string | undefined, path: TemplatePath): Resolved => {
      const value = lookUp(name, attribute);
      if (value === undefined && name !== "AWS::NoValue")
        to.error(path, "TEMPLATE_REFERENCE_INVALID", `There is no ${[name, attribute].join(".")}`);
      return value;
    };
    return (value, path) => resolveValue(value, path, found);
  };
  const quiet: Problems = { error: () => undefined, warn: () => undefined };
  const naming = createNaming(written, { resolve: resolver(quiet), appName, place, problems });
  const home = { folder: "/app", assets: new Map<string, string>() };
  const options = { resolve: resolver(problems), naming, appName, place, problems, home };
  return { set: createResourceSet(written, options), naming, draft: emptyDraft(), diagnostics };
}

/** A function that lacks nothing. */
export function sampleFunctionResource(properties: Readonly<Record<string, Json>> = {}): SampleResource {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Code: "src",
      Handler: "app.handler",
      Runtime: "nodejs24.x",
      Role: "arn:aws:iam::000000000000:role/elsewhere",
      ...properties,
    },
  };
}

function toResource(sample: SampleResource): TemplateResource {
  const { Type: type, Properties: properties = {}, Metadata: metadata = {}, DeletionPolicy } = sample;
  const deletionPolicy = DeletionPolicy === undefined ? {} : { deletionPolicy: DeletionPolicy };
  return { type, properties, metadata, dependsOn: sample.DependsOn ?? [], ...deletionPolicy };
}

type LookUp = (name: string, attribute: string | undefined, path: TemplatePath) => Resolved;

function resolveValue(value: Json, path: TemplatePath, lookUp: LookUp): Resolved {
  if (typeof value !== "object" || value === null) return value;
  const inside: readonly (readonly [string, Json])[] = Object.entries(value);
  const [[name, argument] = []] = inside.length === 1 ? inside : [];
  if (name === "Ref" && typeof argument === "string") return lookUp(argument, undefined, path);
  if (name === "Fn::GetAtt") {
    const steps: unknown = typeof argument === "string" ? argument.split(".") : argument;
    const [id = "", ...attribute] = steps as string[];
    return lookUp(id, attribute.join("."), path);
  }
  if (name === "Fn::Sub" && typeof argument === "string")
    return argument.replaceAll(/\$\{([\w:]+)(?:\.([\w.]+))?\}/g, (_all, id: string, attribute?: string) =>
      JSON.stringify(lookUp(id, attribute, path) ?? "").replaceAll('"', ""),
    );
  const resolved = inside.flatMap(([key, one]): (readonly [string, Json])[] => {
    const found = resolveValue(one, [...path, Array.isArray(value) ? Number(key) : key], lookUp);
    return found === undefined ? [] : [[key, found]];
  });
  return Array.isArray(value) ? resolved.map(([, one]) => one) : Object.fromEntries(resolved);
}
