import { expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import type { Json } from "../template/template.ts";
import { readEventSources } from "./event-sources.ts";
import { readFunctions } from "./functions.ts";

function read(mappings: readonly Readonly<Record<string, Json>>[]) {
  const resources: Record<string, SampleResource> = {
    F: sampleFunctionResource(),
    Jobs: { Type: "AWS::SQS::Queue" },
    Games: {
      Type: "AWS::DynamoDB::Table",
      Properties: { StreamSpecification: { StreamViewType: "NEW_IMAGE" } },
    },
  };
  for (const [index, Properties] of mappings.entries())
    resources[`M${index}`] = { Type: "AWS::Lambda::EventSourceMapping", Properties };
  const { set, draft, diagnostics } = resourceSet(resources);
  readFunctions(set, draft);
  readEventSources(set, draft);
  const problems = diagnostics.map(({ severity, path }) => `${severity} ${path.replace("Resources/", "")}`);
  return { eventSources: draft.eventSources, problems };
}
const FunctionName = { Ref: "F" };
const queue = { "Fn::GetAtt": "Jobs.Arn" };
const stream = { "Fn::GetAtt": "Games.StreamArn" };

it("functions are fed by queues and by tables", () => {
  const { eventSources, problems } = read([
    { FunctionName, EventSourceArn: queue },
    {
      FunctionName,
      EventSourceArn: stream,
      StartingPosition: "LATEST",
      MaximumBatchingWindowInSeconds: 2,
      MaximumRetryAttempts: 3,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      FilterCriteria: { Filters: [{ Pattern: "{}" }] },
    },
    { FunctionName, EventSourceArn: queue, Enabled: false },
    { FunctionName, EventSourceArn: stream, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: -1 },
  ]);
  expect(problems).toEqual([]);
  const plain = { function: "F", windowMs: 0, partialFailures: false, filters: [], bisects: false };
  expect(eventSources).toEqual([
    { ...plain, source: { kind: "queue", queue: "Jobs" }, batchSize: 10 },
    {
      function: "F",
      source: { kind: "table", table: "Games", from: "latest" },
      batchSize: 100,
      windowMs: 2000,
      partialFailures: true,
      filters: ["{}"],
      maximumRetries: 3,
      bisects: true,
    },
    { ...plain, source: { kind: "table", table: "Games", from: "trim-horizon" }, batchSize: 100 },
  ]);
});

it("other sources are ignored, and what is missing is reported", () => {
  const { eventSources, problems } = read([
    { FunctionName, EventSourceArn: "arn:aws:kinesis:eu-central-1:1:stream/x" },
    { EventSourceArn: stream },
    { FunctionName, SelfManagedEventSource: {} },
    { FunctionName: "elsewhere", EventSourceArn: queue },
  ]);
  expect(eventSources).toEqual([]);
  expect(problems).toEqual([
    "warning M0/Properties/EventSourceArn",
    "error M1/Properties/FunctionName",
    "error M1/Properties/StartingPosition",
    "warning M2/Properties/EventSourceArn",
    "warning M3/Properties/FunctionName",
  ]);
});
