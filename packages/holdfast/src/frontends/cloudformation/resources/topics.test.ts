import { expect, it } from "vitest";
import { resourceSet, sampleFunctionResource } from "../../../../test/cloudformation/resource-set.ts";
import { readFunctions } from "./functions.ts";
import { readTopics } from "./topics.ts";

it("topics have the functions that subscribe, inline or by themselves, each once", () => {
  const Endpoint = { "Fn::GetAtt": "F.Arn" };
  const { set, draft, diagnostics } = resourceSet({
    F: sampleFunctionResource(),
    News: {
      Type: "AWS::SNS::Topic",
      Properties: { TopicName: "news", Subscription: [{ Protocol: "lambda", Endpoint }] },
    },
    Other: { Type: "AWS::SNS::Topic" },
    Again: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "News" }, Protocol: "lambda", Endpoint },
    },
    Filtered: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: { Ref: "Other" },
        Protocol: "lambda",
        Endpoint,
        FilterPolicy: '{"kind":["a"]}',
        FilterPolicyScope: "MessageBody",
      },
    },
    Jobs: { Type: "AWS::SQS::Queue" },
    Queued: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: { Ref: "Other" },
        Protocol: "sqs",
        Endpoint: { "Fn::GetAtt": "Jobs.Arn" },
        FilterPolicy: { kind: ["a"] },
        RawMessageDelivery: "true",
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": "Jobs.Arn" } },
      },
    },
    Posted: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: { Ref: "Other" },
        Protocol: "https",
        Endpoint: "https://example.com/hook",
        FilterPolicy: {},
      },
    },
    Ordered: {
      Type: "AWS::SNS::Topic",
      Properties: { FifoTopic: true, ContentBasedDeduplication: true, TopicName: "o.fifo" },
    },
    Mail: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "News" }, Protocol: "email", Endpoint: "a@example.com" },
    },
    Odd: { Type: "AWS::SNS::Subscription", Properties: { TopicArn: { Ref: "News" }, Protocol: "pigeon" } },
    Elsewhere: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: "arn:aws:sns:eu-central-1:1:x", Protocol: "lambda", Endpoint },
    },
  });
  readFunctions(set, draft);
  readTopics(set, draft);
  expect(draft.topics).toEqual([
    { name: "news", subscribers: [{ function: "F" }] },
    {
      name: "Other",
      subscribers: [
        { function: "F", filter: { policy: '{"kind":["a"]}', scope: "body" } },
        {
          queue: "Jobs",
          filter: { policy: '{"kind":["a"]}', scope: "attributes" },
          raw: true,
          deadLetterQueue: "Jobs",
        },
        { url: "https://example.com/hook" },
      ],
    },
    { name: "o.fifo", fifo: true, contentBasedDeduplication: true, subscribers: [] },
  ]);
  expect(diagnostics.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
    "warning Resources/Mail/Properties/Protocol",
    "error Resources/Odd/Properties/Endpoint",
    "error Resources/Odd/Properties/Protocol",
    "warning Resources/Elsewhere/Properties/TopicArn",
  ]);
});
