import { expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import { readBuckets } from "./buckets.ts";
import { readFunctions } from "./functions.ts";

function read(resources: Readonly<Record<string, SampleResource>>) {
  const { set, draft, diagnostics } = resourceSet({ F: sampleFunctionResource(), ...resources });
  readFunctions(set, draft);
  readBuckets(set, draft);
  return { buckets: draft.buckets, problems: diagnostics.map(({ severity, path }) => `${severity} ${path}`) };
}
const arn = { "Fn::GetAtt": ["F", "Arn"] };

it("a bucket has a name, and functions that it notifies", () => {
  const rules = [
    { Name: "prefix", Value: "in/" },
    { Name: "Suffix", Value: ".png" },
  ];
  const { buckets, problems } = read({
    Uploads: {
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "Retain",
      Properties: {
        NotificationConfiguration: {
          LambdaConfigurations: [
            { Event: "s3:ObjectCreated:*", Function: arn, Filter: { S3Key: { Rules: rules } } },
            { Event: "s3:ObjectRemoved:*", Function: arn },
          ],
          QueueConfigurations: [{ Event: "s3:ObjectCreated:Put", Queue: { "Fn::GetAtt": ["Jobs", "Arn"] } }],
          TopicConfigurations: [{ Event: "s3:ObjectRemoved:Delete", Topic: { Ref: "News" } }],
        },
      },
    },
    Jobs: { Type: "AWS::SQS::Queue" },
    News: { Type: "AWS::SNS::Topic" },
    Named: { Type: "AWS::S3::Bucket", Properties: { BucketName: "named.bucket" } },
  });
  expect(problems).toEqual([]);
  expect(buckets).toEqual([
    {
      name: "uploads",
      notifications: [
        { on: "put", prefix: "in/", suffix: ".png", function: "F" },
        { on: "delete", function: "F" },
        { on: "put", how: "put", queue: "Jobs" },
        { on: "delete", topic: "News" },
      ],
      retain: true,
    },
    { name: "named.bucket", notifications: [], retain: false },
  ]);
});

it("CDK's custom resource adds notifications", () => {
  const { buckets } = read({
    Uploads: { Type: "AWS::S3::Bucket" },
    Notifications: {
      Type: "Custom::S3BucketNotifications",
      Properties: {
        BucketName: { Ref: "Uploads" },
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            {
              Events: ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"],
              LambdaFunctionArn: arn,
              Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "in/" }] } },
            },
          ],
        },
      },
    },
  });
  expect(buckets[0]?.notifications).toEqual([
    { on: "put", how: "put", prefix: "in/", function: "F" },
    { on: "delete", prefix: "in/", function: "F" },
  ]);
});

it("what is not run, and what is wrong, is reported where it is", () => {
  const { problems } = read({
    Uploads: {
      Type: "AWS::S3::Bucket",
      Properties: {
        WebsiteConfiguration: { RedirectAllRequestsTo: { HostName: "example.com" } },
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ["FETCH"] }] },
        NotificationConfiguration: {
          QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: "x" }],
          LambdaConfigurations: [
            { Event: "s3:ObjectRestore:Post", Function: arn },
            { Event: "created", Function: "elsewhere" },
            {},
          ],
        },
      },
    },
  });
  const at = "Resources/Uploads/Properties/NotificationConfiguration";
  expect(problems).toEqual([
    `warning ${at}/LambdaConfigurations/0/Event`,
    `warning ${at}/LambdaConfigurations/1/Function`,
    `error ${at}/LambdaConfigurations/1/Event`,
    `error ${at}/LambdaConfigurations/2/Event`,
    `error ${at}/LambdaConfigurations/2/Function`,
    `warning ${at}/QueueConfigurations/0/Queue`,
    "warning Resources/Uploads/Properties/WebsiteConfiguration/RedirectAllRequestsTo",
    "error Resources/Uploads/Properties/CorsConfiguration/CorsRules/0/AllowedOrigins",
    "error Resources/Uploads/Properties/CorsConfiguration/CorsRules/0/AllowedMethods",
  ]);
});

it("a bucket's events tell in which way an object came", () => {
  const events = ["Put", "Copy", "CompleteMultipartUpload", "*"];
  const LambdaConfigurations = events.map((name) => ({ Event: `s3:ObjectCreated:${name}`, Function: arn }));
  const { buckets, problems } = read({
    Uploads: {
      Type: "AWS::S3::Bucket",
      Properties: { NotificationConfiguration: { LambdaConfigurations } },
    },
  });
  expect(problems).toEqual([]);
  expect(buckets[0]?.notifications.map(({ how }) => how)).toEqual(["put", "copy", "multipart", undefined]);
});

it("a bucket may be a web site, and have rules for pages of other origins", () => {
  const { buckets, problems } = read({
    Site: {
      Type: "AWS::S3::Bucket",
      Properties: {
        WebsiteConfiguration: { IndexDocument: "index.html", ErrorDocument: "404.html" },
        CorsConfiguration: {
          CorsRules: [
            { AllowedMethods: ["GET", "PUT"], AllowedOrigins: ["*"], AllowedHeaders: ["*"], MaxAge: "300" },
          ],
        },
      },
    },
  });
  expect(problems).toEqual([]);
  expect(buckets).toEqual([
    {
      name: "site",
      notifications: [],
      retain: false,
      website: { indexDocument: "index.html", errorDocument: "404.html" },
      cors: [
        {
          allowedOrigins: ["*"],
          allowedMethods: ["GET", "PUT"],
          allowedHeaders: ["*"],
          exposedHeaders: [],
          maxAgeSeconds: 300,
        },
      ],
    },
  ]);
});
