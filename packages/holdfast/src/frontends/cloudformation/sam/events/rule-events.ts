import type { Json, JsonObject } from "../../template/template.ts";
import { isObject } from "../../template/json-kinds.ts";
import { arnOf, compact, pick, ref, toObject, type Sparse } from "../json-values.ts";
import { makeResource, type Resources } from "../sam-resource.ts";
import { makePermission, requireOf, type EventParts, type SamEvent } from "./event.ts";

/** `Schedule`: a rule of EventBridge's with a schedule. */
export function makeScheduleEvent(event: SamEvent): EventParts {
  const { Schedule, Enabled, State, Name, Description } = event.properties;
  requireOf(event, "Schedule");
  const state = State ?? (typeof Enabled === "boolean" ? (Enabled ? "ENABLED" : "DISABLED") : undefined);
  return makeRule(event, { ScheduleExpression: Schedule, Name, Description, State: state }, ["Input"]);
}

/** `EventBridgeRule`, and `CloudWatchEvent` as it was called before: a rule with a pattern. */
export function makeRuleEvent(event: SamEvent): EventParts {
  const { Pattern, RuleName, State, EventBusName, Enabled } = event.properties;
  requireOf(event, "Pattern");
  const state = State ?? (typeof Enabled === "boolean" ? (Enabled ? "ENABLED" : "DISABLED") : undefined);
  return makeRule(event, { EventPattern: Pattern, Name: RuleName, State: state, EventBusName }, [
    "Input",
    "InputPath",
    "InputTransformer",
  ]);
}

function makeRule(event: SamEvent, properties: Sparse, inputs: readonly string[]): EventParts {
  const { id, origin } = event;
  const given = event.properties;
  const deadLetters = makeDeadLetters(event);
  const target: JsonObject = compact({
    Arn: event.target.arn,
    Id: toObject(given.Target).Id ?? `${id}LambdaTarget`,
    ...pick(given, [...inputs, "RetryPolicy"]),
    DeadLetterConfig: deadLetters.config,
  });
  return {
    resources: {
      ...deadLetters.resources,
      [id]: makeResource(origin, "AWS::Events::Rule", { ...properties, Targets: [target] }),
      [`${id}Permission`]: makePermission(event, "events.amazonaws.com", { SourceArn: arnOf(id) }),
    },
  };
}

/** `DeadLetterConfig` names a queue, or has one made. */
function makeDeadLetters({ id, origin, properties }: SamEvent): {
  readonly config?: Json;
  readonly resources: Resources;
} {
  const given = properties.DeadLetterConfig;
  if (!isObject(given)) return { resources: {} };
  if (given.Arn !== undefined) return { config: { Arn: given.Arn }, resources: {} };
  const queueId = typeof given.QueueLogicalId === "string" ? given.QueueLogicalId : `${id}Queue`;
  const statement = {
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Principal: { Service: "events.amazonaws.com" },
    Resource: arnOf(queueId),
    Condition: { ArnEquals: { "aws:SourceArn": arnOf(id) } },
  };
  const policy = makeResource(origin, "AWS::SQS::QueuePolicy", {
    PolicyDocument: { Version: "2012-10-17", Statement: [statement] },
    Queues: [ref(queueId)],
  });
  return {
    config: { Arn: arnOf(queueId) },
    resources: { [queueId]: makeResource(origin, "AWS::SQS::Queue", {}), [`${id}QueuePolicy`]: policy },
  };
}
