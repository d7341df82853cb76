import { expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import { readFunctions } from "./functions.ts";
import { readSchedules } from "./schedules.ts";

function read(resources: Readonly<Record<string, SampleResource>>) {
  const { set, draft, diagnostics } = resourceSet({ F: sampleFunctionResource(), ...resources });
  readFunctions(set, draft);
  readSchedules(set, draft);
  const problems = diagnostics.map(({ severity, path }) => `${severity} ${path.replace("Resources/", "")}`);
  return { schedules: draft.schedules, problems };
}
const Arn = { "Fn::GetAtt": "F.Arn" };
const scheduled = { ScheduleExpression: "rate(5 minutes)", FlexibleTimeWindow: { Mode: "OFF" } };

it("rules and schedules run functions, with the input that they say", () => {
  const { schedules, problems } = read({
    Often: {
      Type: "AWS::Events::Rule",
      Properties: {
        ScheduleExpression: "rate(1 minute)",
        Targets: [
          { Arn, Id: "first", Input: '{"a":1}' },
          { Arn, Id: "second" },
        ],
      },
    },
    Off: {
      Type: "AWS::Events::Rule",
      Properties: { ScheduleExpression: "rate(1 minute)", State: "DISABLED", Targets: [{ Arn, Id: "x" }] },
    },
    Nightly: {
      Type: "AWS::Scheduler::Schedule",
      Properties: {
        Name: "nightly",
        ScheduleExpression: "cron(0 3 * * ? *)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn, RoleArn: "arn:x" },
      },
    },
  });
  expect(problems).toEqual([]);
  expect(schedules).toEqual([
    { name: "Often", expression: "rate(1 minute)", function: "F", input: { a: 1 } },
    { name: "Often-second", expression: "rate(1 minute)", function: "F", rule: "Often" },
    { name: "nightly", expression: "cron(0 3 * * ? *)", function: "F", role: "arn:x" },
  ]);
});

it("single times and other zones are ignored; what is wrong is reported", () => {
  const target = { Arn, RoleArn: "arn:x" };
  const { schedules, problems } = read({
    Nothing: { Type: "AWS::Events::Rule" },
    Wrong: {
      Type: "AWS::Events::Rule",
      Properties: { ScheduleExpression: "rate(1 minutes)", Targets: [{}] },
    },
    Other: {
      Type: "AWS::Events::Rule",
      Properties: {
        ScheduleExpression: "rate(1 day)",
        Targets: [{ Arn: "arn:aws:sqs:x", Id: "x", Input: "a" }],
      },
    },
    Once: {
      Type: "AWS::Scheduler::Schedule",
      Properties: { ...scheduled, ScheduleExpression: "at(2030-01-01T00:00:00)", Target: target },
    },
    Zoned: {
      Type: "AWS::Scheduler::Schedule",
      Properties: { ...scheduled, ScheduleExpressionTimezone: "Europe/Berlin", Target: target },
    },
  });
  expect(schedules.map(({ name }) => name)).toEqual(["Zoned"]);
  expect(problems).toEqual([
    "error Nothing/Properties/ScheduleExpression",
    "error Wrong/Properties/ScheduleExpression",
    "error Wrong/Properties/Targets/0/Arn",
    "error Wrong/Properties/Targets/0/Id",
    "warning Other/Properties/Targets/0/Arn",
    "error Other/Properties/Targets/0/Input",
    "warning Once/Properties/ScheduleExpression",
    "warning Zoned/Properties/ScheduleExpressionTimezone",
  ]);
});
