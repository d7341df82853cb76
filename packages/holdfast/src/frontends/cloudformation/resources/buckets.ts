import type { BucketNotification } from "../../../model/app-model.ts";
import type { NotificationReceiver } from "../../../model/receivers.ts";
import { readBucketPages } from "./bucket-pages.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { functionNameOf } from "./function-target.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf, type Properties } from "./properties.ts";
import { isRetained } from "./tables.ts";

/** Buckets with whom they notify. After `readFunctions`. */
export function readBuckets(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("AWS::S3::Bucket")) {
    const properties = propertiesOf(resource, resources.problems);
    const configuration = properties.object("NotificationConfiguration");
    const notifications =
      configuration === undefined
        ? []
        : readNotifications(configuration, templateNames, resource, resources, draft);
    const pages = readBucketPages(properties);
    draft.buckets.push({ name: nameOf(resource), notifications, retain: isRetained(resource), ...pages });
  }
  readCdkNotifications(resources, draft);
}

/** What a notification's parts are called: in templates, and in S3's API, which CDK's custom resource calls. */
interface NotificationNames {
  /** The lists, each with what its entries call the one who is told. */
  readonly receivers: Readonly<Record<ReceiverType, { readonly list: string; readonly receiver: string }>>;
  readonly events: string;
  readonly key: string;
  readonly rules: string;
}

type ReceiverType = "function" | "queue" | "topic";
const receiverTypes: readonly ReceiverType[] = ["function", "queue", "topic"];

const templateNames: NotificationNames = {
  receivers: {
    function: { list: "LambdaConfigurations", receiver: "Function" },
    queue: { list: "QueueConfigurations", receiver: "Queue" },
    topic: { list: "TopicConfigurations", receiver: "Topic" },
  },
  events: "Event",
  key: "S3Key",
  rules: "Rules",
};

const apiNames: NotificationNames = {
  receivers: {
    function: { list: "LambdaFunctionConfigurations", receiver: "LambdaFunctionArn" },
    queue: { list: "QueueConfigurations", receiver: "QueueArn" },
    topic: { list: "TopicConfigurations", receiver: "TopicArn" },
  },
  events: "Events",
  key: "Key",
  rules: "FilterRules",
};

/** CDK sets notifications up with a custom resource of its own, once bucket and function exist. */
function readCdkNotifications(resources: ResourceSet, draft: ModelDraft): void {
  for (const resource of resources.ofType("Custom::S3BucketNotifications")) {
    const properties = propertiesOf(resource, resources.problems);
    const name = properties.text("BucketName");
    const bucket = resources.find(name, "AWS::S3::Bucket");
    const configuration = properties.object("NotificationConfiguration");
    if (bucket === undefined) {
      properties.ignore("BucketName", `"${name ?? ""}" is no bucket of this template`);
      continue;
    }
    if (configuration === undefined) continue;
    const notifications = readNotifications(configuration, apiNames, resource, resources, draft);
    draft.buckets.find((one) => one.name === nameOf(bucket))?.notifications.push(...notifications);
  }
}

function readNotifications(
  configuration: Properties,
  names: NotificationNames,
  resource: ResolvedResource,
  resources: ResourceSet,
  draft: ModelDraft,
): BucketNotification[] {
  return receiverTypes.flatMap((type) =>
    configuration.objects(names.receivers[type].list).flatMap((one) => {
      const { receiver } = names.receivers[type];
      one.require(names.events, receiver);
      const to = readReceiver(type, one, receiver, resource, resources, draft);
      const occasions = new Set(one.texts(names.events).map((event) => readEvent(event, one, names)));
      const filter = readFilter(one, names);
      if (to === undefined) return [];
      return [...occasions].flatMap((occasion) =>
        occasion === undefined ? [] : [{ ...occasion, ...filter, ...to }],
      );
    }),
  );
}

function readReceiver(
  type: ReceiverType,
  notification: Properties,
  property: string,
  resource: ResolvedResource,
  resources: ResourceSet,
  draft: ModelDraft,
): NotificationReceiver | undefined {
  const target = notification.text(property);
  if (target === undefined) return undefined;
  if (type === "function") {
    const reference = {
      path: [...notification.path, property],
      whose: `A notification of ${resource.logicalId}`,
    };
    const name = functionNameOf(target, reference, resources, draft);
    return name === undefined ? undefined : { function: name };
  }
  const found = resources.find(target, type === "queue" ? "AWS::SQS::Queue" : "AWS::SNS::Topic");
  if (found === undefined)
    return notification.ignore(property, `"${target.slice(0, 200)}" is no ${type} of this template`);
  return type === "queue" ? { queue: nameOf(found) } : { topic: nameOf(found) };
}

type Occasion = Pick<BucketNotification, "on" | "how">;

const removed: Occasion = { on: "delete" };
const events: ReadonlyMap<string, Occasion> = new Map<string, Occasion>([
  ["s3:ObjectCreated:*", { on: "put" }],
  ["s3:ObjectCreated:Put", { on: "put", how: "put" }],
  ["s3:ObjectCreated:Copy", { on: "put", how: "copy" }],
  ["s3:ObjectCreated:CompleteMultipartUpload", { on: "put", how: "multipart" }],
  ["s3:ObjectRemoved:*", removed],
  ["s3:ObjectRemoved:Delete", removed],
]);

function readEvent(event: string, notification: Properties, names: NotificationNames): Occasion | undefined {
  const occasion = events.get(event);
  if (occasion !== undefined) return occasion;
  // What S3 has besides starts so.
  if (!/^s3:[A-Z][A-Za-z]+(?::[A-Za-z*]+)?$/.test(event))
    return notification.refuse(names.events, `is "${event.slice(0, 100)}", which is no event of S3`);
  return notification.ignore(names.events, `${event} does not happen here`);
}

function readFilter(
  notification: Properties,
  names: NotificationNames,
): Pick<BucketNotification, "prefix" | "suffix"> {
  const rules = notification.object("Filter")?.object(names.key)?.objects(names.rules) ?? [];
  const parts = rules.flatMap((rule) => {
    rule.require("Name", "Value");
    const name = rule.text("Name")?.toLowerCase();
    if (name !== "prefix" && name !== "suffix")
      return rule.has("Name") ? (rule.refuse("Name", "is to be prefix or suffix") ?? []) : [];
    return [[name, rule.text("Value") ?? ""] as const];
  });
  return Object.fromEntries(parts.filter(([, value]) => value !== ""));
}
