import type { Json, JsonObject, TemplatePath } from "../template/template.ts";
import { isList, isObject } from "../template/json-kinds.ts";
import { isIntrinsic, noValue, toList, toObject } from "./json-values.ts";
import { policyTemplates, type TemplateStatement } from "./policy-templates.ts";
import type { SamApp, SamResource } from "./sam-resource.ts";

export interface Policies {
  /** ARNs of managed policies. */
  readonly managed: readonly Json[];
  /** Entries of a role's `Policies`. */
  readonly inline: readonly Json[];
}

interface Policy {
  readonly kind: "managed" | "inline" | "none";
  readonly value: Json;
}

/** `Policies` of a function: names and ARNs of managed policies, documents, and SAM's policy templates. */
export function readPolicies({ properties, path }: SamResource, roleId: string, app: SamApp): Policies {
  const given = properties.Policies;
  const place = [...path, "Properties", "Policies"];
  const all = toList(given).map((entry, index) =>
    readPolicy(entry, `${roleId}Policy${index}`, isList(given) ? [...place, index] : place, app),
  );
  const ofKind = (kind: Policy["kind"]): Json[] =>
    all.filter((one) => one.kind === kind).map(({ value }) => value);
  return { managed: ofKind("managed"), inline: ofKind("inline") };
}

function readPolicy(entry: Json, name: string, path: TemplatePath, app: SamApp): Policy {
  if (typeof entry === "string") return { kind: "managed", value: managedPolicyArn(entry) };
  if (isObject(entry) && isIntrinsic(entry)) return readIntrinsic(entry, name, path, app);
  const inline = (document: Json): Policy => ({
    kind: "inline",
    value: { PolicyName: name, PolicyDocument: document },
  });
  if (isObject(entry) && entry.Statement !== undefined) return inline(entry);
  const [templateName = "", ...more] = Object.keys(toObject(entry));
  const template = Object.hasOwn(policyTemplates, templateName) ? policyTemplates[templateName] : undefined;
  if (template === undefined || more.length > 0) {
    const message = `${more.length > 0 || templateName === "" ? "This" : templateName} is no policy that SAM knows`;
    const hint =
      "Give a managed policy's name or ARN, a document with a Statement, or one of SAM's templates.";
    app.problems.error(path, "TEMPLATE_PROPERTY_INVALID", message, hint);
    return { kind: "none", value: noValue };
  }
  const values = toObject(toObject(entry)[templateName]);
  if (!hasParameters(templateName, template, values, [...path, templateName], app))
    return { kind: "none", value: noValue };
  return inline({ Statement: template.map((statement) => toStatement(statement, values)) });
}

/** What a function gives is a managed policy's ARN, except for a choice between policies of any kind. */
function readIntrinsic(entry: JsonObject, name: string, path: TemplatePath, app: SamApp): Policy {
  if (entry.Ref === "AWS::NoValue") return { kind: "none", value: noValue };
  const choice = entry["Fn::If"];
  if (!isList(choice)) return { kind: "managed", value: entry };
  const [condition = null, ...branches] = choice;
  const read = branches.map((one, index) => readPolicy(one, name, [...path, "Fn::If", index + 1], app));
  const kind = read.some((one) => one.kind === "inline") ? "inline" : "managed";
  // The other kind of policy cannot stand in the same list of a role.
  const values = read.map((one) => (one.kind === kind ? one.value : noValue));
  return { kind, value: { "Fn::If": [condition, ...values] } };
}

function hasParameters(
  name: string,
  template: readonly TemplateStatement[],
  values: JsonObject,
  path: TemplatePath,
  { problems }: SamApp,
): boolean {
  const texts = template.flatMap(({ on, where }) => [...on, ...(where ?? [])]);
  const wanted = new Set(texts.flatMap((text) => [...text.matchAll(parameterPattern)].map(([, one]) => one)));
  const missing = [...wanted].filter((one) => one !== undefined && values[one] === undefined);
  if (missing.length === 0) return true;
  const message = `The policy template ${name} needs ${missing.join(" and ")}`;
  problems.error(path, "TEMPLATE_PROPERTY_INVALID", message);
  return false;
}

const parameterPattern = /\{(\w+)\}/g;

function toStatement({ actions, on, where }: TemplateStatement, values: JsonObject): JsonObject {
  return {
    Effect: "Allow",
    Action: toActions(actions),
    Resource: on.map((pattern) => toArn(pattern, values)),
    ...(where !== undefined && { Condition: { StringEquals: { [where[0]]: toArn(where[1], values) } } }),
  };
}

/** `s3: GetObject ListBucket` as a policy has it. */
export function toActions(actions: string): string[] {
  const [service = "", names = ""] = actions.split(": ");
  return names.split(" ").map((name) => `${service}:${name}`);
}

function toArn(pattern: string, values: JsonObject): Json {
  if (pattern === "*") return pattern;
  const whole = pattern.startsWith("{") ? pattern : `arn:\${AWS::Partition}:${pattern}`;
  const text = whole
    .replace("@", "${AWS::Region}:${AWS::AccountId}")
    .replaceAll(/(?<!\$)\{(\w+)\}/g, (_all, name: string) => `\${${name}}`);
  const used = Object.entries(values).filter(([name]) => pattern.includes(`{${name}}`));
  return used.length === 0 ? { "Fn::Sub": text } : { "Fn::Sub": [text, Object.fromEntries(used)] };
}

/** Of AWS's managed policies for functions, those whose ARN has a path. */
const serviceRolePolicies = new Set([
  "AWSLambdaBasicExecutionRole",
  "AWSLambdaDynamoDBExecutionRole",
  "AWSLambdaENIManagementAccess",
  "AWSLambdaKinesisExecutionRole",
  "AWSLambdaMSKExecutionRole",
  "AWSLambdaRole",
  "AWSLambdaSQSQueueExecutionRole",
  "AWSLambdaVPCAccessExecutionRole",
  "AmazonAPIGatewayPushToCloudWatchLogs",
  "AmazonRekognitionServiceRole",
  "AmazonSNSRole",
]);

export function managedPolicyArn(nameOrArn: string): string {
  if (nameOrArn.startsWith("arn:")) return nameOrArn;
  const path = serviceRolePolicies.has(nameOrArn) ? "service-role/" : "";
  return `arn:aws:iam::aws:policy/${path}${nameOrArn}`;
}
