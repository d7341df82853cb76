import { toError } from "../../../base/errors.ts";
import { parseFilterPolicy } from "../../../model/filter-policy.ts";
import { receiverOf, type SubscriptionOptions } from "../../../model/receivers.ts";
import type { ModelDraft, ResourceSet } from "./draft.ts";
import { functionNameOf } from "./function-target.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";

/** Topics with what subscribes to them. After `readFunctions`. */
export function readTopics(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::SNS::Topic")) {
    const properties = propertiesOf(resource, resources.problems);
    const topic = {
      name: nameOf(resource),
      ...(properties.flag("FifoTopic") === true && { fifo: true as const }),
      ...(properties.flag("ContentBasedDeduplication") === true && {
        contentBasedDeduplication: true as const,
      }),
      subscribers: [],
    };
    draft.topics.push(topic);
    for (const subscription of properties.objects("Subscription"))
      subscribe(topic, subscription, `The subscription of ${resource.logicalId}`, resources, draft);
  }
  for (const resource of resources.ofType("AWS::SNS::Subscription")) {
    const properties = propertiesOf(resource, resources.problems);
    properties.require("TopicArn");
    const arn = properties.text("TopicArn");
    const found = resources.find(arn, "AWS::SNS::Topic");
    const topic = draft.topics.find(({ name }) => found !== undefined && name === nameOf(found));
    if (topic !== undefined)
      subscribe(topic, properties, `The subscription ${resource.logicalId}`, resources, draft);
    else if (arn !== undefined)
      properties.ignore("TopicArn", `"${arn.slice(0, 200)}" is no topic of this template`);
  }
}

const protocols = [
  "lambda",
  "sqs",
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "application",
  "firehose",
] as const;

function subscribe(
  topic: ModelDraft["topics"][number],
  subscription: Properties,
  whose: string,
  resources: ResourceSet,
  draft: ModelDraft,
): void {
  subscription.require("Protocol", "Endpoint");
  const to = readReceiver(subscription, whose, resources, draft);
  // SNS has one subscription of an endpoint (documented).
  const isNew = topic.subscribers.every((one) => JSON.stringify(receiverOf(one)) !== JSON.stringify(to));
  if (to === undefined || !isNew) return;
  const { kind, name } = to;
  const options = readOptions(subscription, resources);
  if (kind === "function") topic.subscribers.push({ function: name, ...options });
  else if (kind === "queue") topic.subscribers.push({ queue: name, ...options });
  else topic.subscribers.push({ url: name, ...options });
}

function readReceiver(
  subscription: Properties,
  whose: string,
  resources: ResourceSet,
  draft: ModelDraft,
): ReturnType<typeof receiverOf> | undefined {
  const protocol = subscription.choice("Protocol", protocols);
  const endpoint = subscription.text("Endpoint");
  if (protocol === undefined || endpoint === undefined) return undefined;
  switch (protocol) {
    case "lambda": {
      const reference = { path: [...subscription.path, "Endpoint"], whose };
      const name = functionNameOf(endpoint, reference, resources, draft);
      return name === undefined ? undefined : { kind: "function", name };
    }
    case "sqs": {
      const queue = resources.find(endpoint, "AWS::SQS::Queue");
      if (queue !== undefined) return { kind: "queue", name: nameOf(queue) };
      return subscription.ignore("Endpoint", `"${endpoint.slice(0, 200)}" is no queue of this template`);
    }
    case "http":
    case "https":
      if (URL.canParse(endpoint) && endpoint.startsWith(`${protocol}://`))
        return { kind: "url", name: endpoint };
      return subscription.refuse("Endpoint", `is to be a URL that begins with ${protocol}://`);
    default:
      return subscription.ignore(
        "Protocol",
        `messages are sent to functions, queues and URLs, not by ${protocol}`,
      );
  }
}

function readOptions(subscription: Properties, resources: ResourceSet): SubscriptionOptions {
  const filter = readFilter(subscription);
  const redrive = subscription.document("RedrivePolicy");
  redrive?.require("deadLetterTargetArn");
  const deadLetterArn = redrive?.text("deadLetterTargetArn");
  const queue = resources.find(deadLetterArn, "AWS::SQS::Queue");
  if (queue === undefined && deadLetterArn !== undefined)
    redrive?.ignore("deadLetterTargetArn", `"${deadLetterArn.slice(0, 200)}" is no queue of this template`);
  return {
    ...(filter !== undefined && { filter }),
    ...(subscription.flag("RawMessageDelivery") === true && { raw: true }),
    ...(queue !== undefined && { deadLetterQueue: nameOf(queue) }),
  };
}

function readFilter(subscription: Properties): SubscriptionOptions["filter"] {
  const policy = subscription.document("FilterPolicy")?.value;
  const inBody =
    subscription.choice("FilterPolicyScope", ["MessageAttributes", "MessageBody"]) === "MessageBody";
  // An empty one takes all (documented).
  if (policy === undefined || Object.keys(policy).length === 0) return undefined;
  const filter = { policy: JSON.stringify(policy), scope: inBody ? "body" : "attributes" } as const;
  try {
    parseFilterPolicy(filter.policy, filter.scope);
    return filter;
  } catch (error) {
    return subscription.refuse("FilterPolicy", `cannot be read: ${toError(error).message}`);
  }
}
