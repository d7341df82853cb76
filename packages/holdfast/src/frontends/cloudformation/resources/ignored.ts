import type { ResourceSet } from "./draft.ts";
import { listNames } from "../template/name-lists.ts";
import { consequenceOf, isHarmless } from "./ignored-kinds.ts";

/** Kinds that are run, or at least read: those who read them say what they leave out. */
const readKinds: ReadonlySet<string> = new Set([
  "AWS::Lambda::Function",
  "AWS::Lambda::Version",
  "AWS::Lambda::Alias",
  "AWS::Lambda::Permission",
  "AWS::Lambda::LayerVersion",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::DynamoDB::Table",
  "AWS::DynamoDB::GlobalTable",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "Custom::S3BucketNotifications",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SNS::TopicInlinePolicy",
  "AWS::SNS::Subscription",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::SQS::QueueInlinePolicy",
  "AWS::SSM::Parameter",
  "AWS::Events::Rule",
  "AWS::Scheduler::Schedule",
]);

/** Readers of APIs say what they leave out; what is still SAM's after its transform is an error. */
const saidElsewhere = /^AWS::(?:ApiGateway|ApiGatewayV2|Serverless)::/;

/** Warns of each resource that is not run, with what follows from it. */
export function reportIgnored(resources: ResourceSet): void {
  for (const resource of resources.all) {
    const { type, logicalId, path } = resource;
    if (readKinds.has(type) || isHarmless(type) || saidElsewhere.test(type)) continue;
    if (resources.isNested(resource)) continue;
    const madeUp = resources.madeUpOf(resource);
    const also = madeUp.length === 0 ? "" : `; what refers to it gets a made-up ${listNames(madeUp)}`;
    const message = `${logicalId} (${type}) is not run: ${consequenceOf(type)}${also}`;
    resources.problems.warn(path, "TEMPLATE_RESOURCE_IGNORED", message);
  }
}
