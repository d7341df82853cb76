import { expect, it } from "vitest";
import { resourceSet } from "../../../../test/cloudformation/resource-set.ts";
import { readBuckets } from "./buckets.ts";
import { readQueues } from "./queues.ts";
import { readResourcePolicies } from "./resource-policies.ts";
import { readTopics } from "./topics.ts";

const PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: { "Fn::GetAtt": "Jobs.Arn" } }],
};
const document = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Deny", Principal: "*", Action: "*", Resource: "arn:aws:sqs:eu-central-1:000000000000:Jobs" },
  ],
};

it("buckets, topics and queues have the policies of their own", () => {
  const { set, draft, diagnostics } = resourceSet({
    Photos: { Type: "AWS::S3::Bucket" },
    News: { Type: "AWS::SNS::Topic" },
    Jobs: { Type: "AWS::SQS::Queue" },
    More: { Type: "AWS::SQS::Queue" },
    Plain: { Type: "AWS::SQS::Queue" },
    OfBucket: { Type: "AWS::S3::BucketPolicy", Properties: { Bucket: { Ref: "Photos" }, PolicyDocument } },
    OfTopic: { Type: "AWS::SNS::TopicPolicy", Properties: { Topics: [{ Ref: "News" }], PolicyDocument } },
    OfQueues: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: { Queues: [{ Ref: "Jobs" }, { Ref: "More" }], PolicyDocument },
    },
  });
  for (const read of [readBuckets, readTopics, readQueues, readResourcePolicies]) read(set, draft);
  expect(diagnostics).toEqual([]);
  expect(draft.buckets[0]?.policy).toEqual({ name: "OfBucket", document });
  expect(draft.topics[0]?.policy).toEqual({ name: "OfTopic", document });
  expect(draft.queues.map(({ name, policy }) => [name, policy?.name])).toEqual([
    ["Jobs", "OfQueues"],
    ["More", "OfQueues"],
    ["Plain", undefined],
  ]);
});

it("a policy of something elsewhere is a warning", () => {
  const { set, draft, diagnostics } = resourceSet({
    OfBucket: {
      Type: "AWS::S3::BucketPolicy",
      Properties: { Bucket: "elsewhere", PolicyDocument: document },
    },
  });
  readResourcePolicies(set, draft);
  expect(diagnostics.map(({ code }) => code)).toEqual(["TEMPLATE_RESOURCE_IGNORED"]);
});
