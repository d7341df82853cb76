import { toDestinationPolicy } from "../function-destinations.ts";
import { isObject } from "../../template/json-kinds.ts";
import { compact, pick, toObject } from "../json-values.ts";
import { makeResource } from "../sam-resource.ts";
import type { RolePolicy } from "../function-role.ts";
import { requireOf, type EventParts, type SamEvent } from "./event.ts";

/** Properties that mean the same for `AWS::Lambda::EventSourceMapping`. */
const sameProperties = [
  "BatchSize",
  "BisectBatchOnFunctionError",
  "Enabled",
  "FilterCriteria",
  "FunctionResponseTypes",
  "KmsKeyArn",
  "MaximumBatchingWindowInSeconds",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "MetricsConfig",
  "ParallelizationFactor",
  "ProvisionedPollerConfig",
  "ScalingConfig",
  "StartingPosition",
  "StartingPositionTimestamp",
  "TumblingWindowInSeconds",
];

export const makeSqsEvent = (event: SamEvent): EventParts =>
  makeMapping(event, "Queue", "AWSLambdaSQSQueueExecutionRole");

export const makeDynamoDbEvent = (event: SamEvent): EventParts =>
  makeMapping(event, "Stream", "AWSLambdaDynamoDBExecutionRole");

export const makeKinesisEvent = (event: SamEvent): EventParts =>
  makeMapping(event, "Stream", "AWSLambdaKinesisExecutionRole");

function makeMapping(event: SamEvent, source: "Queue" | "Stream", managedPolicy: string): EventParts {
  const arn = requireOf(event, source);
  if (source === "Stream") requireOf(event, "StartingPosition");
  const onFailure = toObject(event.properties.DestinationConfig).OnFailure;
  const mapping = makeResource(event.origin, "AWS::Lambda::EventSourceMapping", {
    EventSourceArn: arn,
    FunctionName: event.target.ref,
    ...pick(event.properties, sameProperties),
    // SAM's Type of a destination is for the role alone.
    DestinationConfig: isObject(onFailure)
      ? { OnFailure: compact({ Destination: onFailure.Destination }) }
      : event.properties.DestinationConfig,
  });
  return {
    resources: { [event.id]: mapping },
    managedPolicies: [managedPolicy],
    policies: readDestinationPolicy(event),
  };
}

function readDestinationPolicy({ properties, id }: SamEvent): RolePolicy[] {
  const { Type, Destination } = toObject(toObject(properties.DestinationConfig).OnFailure);
  if (typeof Type !== "string" || Destination === undefined) return [];
  return [toDestinationPolicy(id, Type, Destination)];
}
