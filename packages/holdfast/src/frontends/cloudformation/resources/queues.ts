import type { Queue } from "../../../model/app-model.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/** SQS's defaults and ranges (documented); times are seconds. */
const limits = {
  VisibilityTimeout: { usual: 30, range: { from: 0, to: 43_200, unit: "seconds" } },
  DelaySeconds: { usual: 0, range: { from: 0, to: 900, unit: "seconds" } },
  MessageRetentionPeriod: { usual: 345_600, range: { from: 60, to: 1_209_600, unit: "seconds" } },
  ReceiveMessageWaitTimeSeconds: { usual: 0, range: { from: 0, to: 20, unit: "seconds" } },
  MaximumMessageSize: { usual: 1_048_576, range: { from: 1024, to: 1_048_576, unit: "bytes" } },
} as const;
const receives = { from: 1, to: 1000, unit: "receives" };

export function readQueues(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::SQS::Queue"))
    draft.queues.push(readQueue(resource, propertiesOf(resource, resources.problems), resources));
}

function readQueue(resource: ResolvedResource, properties: Properties, resources: ResourceSet): Queue {
  const number = (name: keyof typeof limits): number =>
    properties.number(name, limits[name].range) ?? limits[name].usual;
  const name = nameOf(resource);
  const fifo = properties.flag("FifoQueue") ?? false;
  const deadLetter = readDeadLetter(properties, resources);
  if (fifo !== name.endsWith(".fifo"))
    properties.refuse("QueueName", fifo ? "is to end in .fifo" : "ends in .fifo, which FifoQueue goes with");
  return {
    name,
    fifo,
    visibilityTimeoutMs: number("VisibilityTimeout") * 1000,
    delayMs: number("DelaySeconds") * 1000,
    retentionMs: number("MessageRetentionPeriod") * 1000,
    waitMs: number("ReceiveMessageWaitTimeSeconds") * 1000,
    maximumMessageBytes: number("MaximumMessageSize"),
    contentBasedDeduplication: properties.flag("ContentBasedDeduplication") ?? false,
    ...(deadLetter !== undefined && { deadLetter }),
  };
}

function readDeadLetter(properties: Properties, resources: ResourceSet): Queue["deadLetter"] {
  const policy = properties.document("RedrivePolicy");
  if (policy === undefined) return undefined;
  policy.require("deadLetterTargetArn", "maxReceiveCount");
  const maximumReceives = policy.number("maxReceiveCount", receives);
  const arn = policy.text("deadLetterTargetArn");
  if (arn === undefined || maximumReceives === undefined) return undefined;
  const queue = resources.find(arn, "AWS::SQS::Queue");
  if (queue === undefined)
    return policy.ignore("deadLetterTargetArn", `"${arn.slice(0, 200)}" is no queue of this template`);
  return { queue: nameOf(queue), maximumReceives };
}
