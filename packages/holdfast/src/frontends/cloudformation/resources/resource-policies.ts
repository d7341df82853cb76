import type { PolicyDocument } from "../../../model/app-model.ts";
import type { ModelDraft, ResolvedResource, ResourceSet } from "./draft.ts";
import { nameOf } from "./physical-names.ts";
import { propertiesOf } from "./properties.ts";

interface PolicyKind {
  /** What the policy belongs to. */
  readonly owner: string;
  /** The property that names one of them, or several. */
  readonly owners: string;
  readonly named: (draft: ModelDraft) => { readonly name: string; policy?: PolicyDocument }[];
}

const buckets = (draft: ModelDraft) => draft.buckets;
const topics = (draft: ModelDraft) => draft.topics;
const queues = (draft: ModelDraft) => draft.queues;

const kinds: Readonly<Record<string, PolicyKind>> = {
  "AWS::S3::BucketPolicy": { owner: "AWS::S3::Bucket", owners: "Bucket", named: buckets },
  "AWS::SNS::TopicPolicy": { owner: "AWS::SNS::Topic", owners: "Topics", named: topics },
  "AWS::SNS::TopicInlinePolicy": { owner: "AWS::SNS::Topic", owners: "TopicArn", named: topics },
  "AWS::SQS::QueuePolicy": { owner: "AWS::SQS::Queue", owners: "Queues", named: queues },
  "AWS::SQS::QueueInlinePolicy": { owner: "AWS::SQS::Queue", owners: "Queue", named: queues },
};

/** Policies of buckets, topics and queues. After those. */
export function readResourcePolicies(resources: ResourceSet, draft: ModelDraft): void {
  for (const [type, kind] of Object.entries(kinds))
    for (const resource of resources.ofType(type)) readResourcePolicy(resource, kind, resources, draft);
}

function readResourcePolicy(
  resource: ResolvedResource,
  { owner, owners, named }: PolicyKind,
  resources: ResourceSet,
  draft: ModelDraft,
): void {
  const properties = propertiesOf(resource, resources.problems);
  properties.require(owners, "PolicyDocument");
  const document = properties.document("PolicyDocument");
  if (document === undefined) return;
  const policy = { name: resource.logicalId, document: document.value };
  for (const value of properties.texts(owners)) {
    const found = resources.find(value, owner);
    if (found === undefined)
      properties.ignore(
        owners,
        `"${value.slice(0, 200)}" is not in this template, so nobody is held by the policy`,
      );
    const list = named(draft);
    const at = found === undefined ? -1 : list.findIndex(({ name }) => name === nameOf(found));
    const one = list[at];
    // One that has a second policy has that one: there is room for one (documented).
    if (one !== undefined) list[at] = { ...one, policy };
  }
}
