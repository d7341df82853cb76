import type { Json } from "../../template/template.ts";
import { isObject } from "../../template/json-kinds.ts";
import { arnOf, pick, ref } from "../json-values.ts";
import { makeResource } from "../sam-resource.ts";
import { makePermission, requireOf, type EventParts, type SamEvent } from "./event.ts";

const sameProperties = ["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"];

/** `SNS`: the topic invokes the function or, with `SqsSubscription`, fills a queue that it reads. */
export function makeTopicEvent(event: SamEvent): EventParts {
  const topic = requireOf(event, "Topic");
  if (topic === undefined) return {};
  const throughQueue = event.properties.SqsSubscription;
  if (throughQueue !== undefined && throughQueue !== false) return makeQueued(event, topic, throughQueue);
  return {
    resources: {
      [`${event.id}Permission`]: makePermission(event, "sns.amazonaws.com", { SourceArn: topic }),
      [event.id]: makeSubscription(event, topic, "lambda", event.target.arn),
    },
  };
}

function makeQueued(event: SamEvent, topic: Json, given: Json): EventParts {
  const { id, origin } = event;
  const own = isObject(given) ? given : undefined;
  const queueArn = own?.QueueArn ?? arnOf(`${id}Queue`);
  const queueUrl = own?.QueueUrl ?? ref(`${id}Queue`);
  if (own !== undefined && (own.QueueArn === undefined || own.QueueUrl === undefined)) {
    const message = "SqsSubscription needs a QueueArn and a QueueUrl, or the value true";
    event.app.problems.error([...event.path, "SqsSubscription"], "TEMPLATE_PROPERTY_INVALID", message);
  }
  const policyId =
    typeof own?.QueuePolicyLogicalId === "string" ? own.QueuePolicyLogicalId : `${id}QueuePolicy`;
  const statement = {
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Principal: "*",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topic } },
  };
  return {
    resources: {
      ...(own === undefined && { [`${id}Queue`]: makeResource(origin, "AWS::SQS::Queue", {}) }),
      [policyId]: makeResource(origin, "AWS::SQS::QueuePolicy", {
        PolicyDocument: { Version: "2012-10-17", Statement: [statement] },
        Queues: [queueUrl],
      }),
      [id]: makeSubscription(event, topic, "sqs", queueArn),
      [`${id}EventSourceMapping`]: makeResource(origin, "AWS::Lambda::EventSourceMapping", {
        EventSourceArn: queueArn,
        FunctionName: event.target.ref,
        BatchSize: own?.BatchSize ?? 10,
        Enabled: own?.Enabled ?? true,
      }),
    },
    managedPolicies: ["AWSLambdaSQSQueueExecutionRole"],
  };
}

function makeSubscription(
  { origin, properties }: SamEvent,
  topic: Json,
  protocol: string,
  endpoint: Json,
): ReturnType<typeof makeResource> {
  return makeResource(origin, "AWS::SNS::Subscription", {
    TopicArn: topic,
    Protocol: protocol,
    Endpoint: endpoint,
    ...pick(properties, sameProperties),
  });
}
