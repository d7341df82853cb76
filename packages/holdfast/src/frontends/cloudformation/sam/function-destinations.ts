import type { Json, JsonObject, TemplatePath } from "../template/template.ts";
import type { Alias } from "./function-alias.ts";
import type { RolePolicy } from "./function-role.ts";
import { isObject } from "../template/json-kinds.ts";
import { arnOf, pick, toObject } from "./json-values.ts";
import { makeResource, type Resources, type SamApp, type SamResource } from "./sam-resource.ts";

interface DeadLetters {
  readonly config?: JsonObject;
  readonly policies: readonly RolePolicy[];
}

/** `DeadLetterQueue`, with what the function's role needs for it. */
export function makeDeadLetters({ properties, path }: SamResource, { problems }: SamApp): DeadLetters {
  const given = properties.DeadLetterQueue;
  if (given === undefined) return { policies: [] };
  const { Type, TargetArn } = toObject(given);
  const action = Type === "SQS" ? "sqs:SendMessage" : Type === "SNS" ? "sns:Publish" : undefined;
  if (action === undefined || TargetArn === undefined) {
    const message = "DeadLetterQueue needs a Type, SQS or SNS, and a TargetArn";
    problems.error([...path, "Properties", "DeadLetterQueue"], "TEMPLATE_PROPERTY_INVALID", message);
    return { policies: [] };
  }
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: TargetArn }],
  };
  return {
    config: { TargetArn },
    policies: [{ PolicyName: "DeadLetterQueuePolicy", PolicyDocument: document }],
  };
}

interface Destinations {
  readonly resources: Resources;
  readonly policies: readonly RolePolicy[];
}

/** By the kind of destination: what a role must be allowed to do. */
const destinationActions: Readonly<Record<string, string>> = {
  SQS: "sqs:SendMessage",
  SNS: "sns:publish",
  Lambda: "lambda:InvokeFunction",
  EventBridge: "events:PutEvents",
  S3Bucket: "s3:PutObject",
};

/** `EventInvokeConfig`: tries and destinations of asynchronous invocations. A destination without an ARN is made. */
export function makeDestinations(resource: SamResource, alias: Alias, app: SamApp): Destinations {
  const given = resource.properties.EventInvokeConfig;
  if (!isObject(given)) return { resources: {}, policies: [] };
  const id = `${resource.logicalId}EventInvokeConfig`;
  const path = [...resource.path, "Properties", "EventInvokeConfig"];
  const wanted = toObject(given.DestinationConfig);
  const destinations = ["OnSuccess", "OnFailure"]
    .filter((outcome) => wanted[outcome] !== undefined)
    .map((outcome) => {
      const at = [...path, "DestinationConfig", outcome];
      return { outcome, ...makeDestination(`${id}${outcome}`, toObject(wanted[outcome]), resource, at, app) };
    });
  const config = makeResource(
    { ...resource, path },
    "AWS::Lambda::EventInvokeConfig",
    {
      FunctionName: { Ref: resource.logicalId },
      Qualifier: alias.name ?? "$LATEST",
      ...pick(given, ["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]),
      DestinationConfig: Object.fromEntries(
        destinations.map(({ outcome, arn }) => [outcome, { Destination: arn }]),
      ),
    },
    { dependsOn: alias.logicalId === undefined ? [] : [alias.logicalId] },
  );
  const made = Object.assign({}, ...destinations.map(({ resources }) => resources)) as Resources;
  return {
    resources: { ...made, [id]: config },
    policies: destinations.flatMap(({ policies }) => policies),
  };
}

function makeDestination(
  id: string,
  given: JsonObject,
  resource: SamResource,
  path: TemplatePath,
  { problems }: SamApp,
): Destinations & { readonly arn: Json } {
  const type = typeof given.Type === "string" ? given.Type : "";
  const origin = { ...resource, path };
  const make = (suffix: string, made: string, arn: Json): Destinations & { readonly arn: Json } => ({
    arn,
    resources: suffix === "" ? {} : { [`${id}${suffix}`]: makeResource(origin, made, {}) },
    policies: [toDestinationPolicy(id, type, arn)],
  });
  if (!Object.hasOwn(destinationActions, type)) {
    const message = `Destinations are of type ${Object.keys(destinationActions).join(", ")}`;
    problems.error([...path, "Type"], "TEMPLATE_PROPERTY_INVALID", message);
    return { arn: given.Destination ?? "", resources: {}, policies: [] };
  }
  if (given.Destination !== undefined) return make("", "", given.Destination);
  if (type === "SQS") return make("Queue", "AWS::SQS::Queue", arnOf(`${id}Queue`));
  if (type === "SNS") return make("Topic", "AWS::SNS::Topic", { Ref: `${id}Topic` });
  problems.error(path, "TEMPLATE_PROPERTY_INVALID", `A destination of type ${type} needs a Destination`);
  return { arn: "", resources: {}, policies: [] };
}

/** Lets a role send to a destination; also those of streams that give up on records. */
export function toDestinationPolicy(id: string, type: string, arn: Json): RolePolicy {
  const Action = destinationActions[type] ?? "";
  return {
    PolicyName: `${id}${type}Policy`,
    PolicyDocument: { Statement: [{ Effect: "Allow", Action, Resource: arn }] },
  };
}
