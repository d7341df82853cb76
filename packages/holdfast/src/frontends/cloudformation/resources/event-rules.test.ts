import { expect, it } from "vitest";
import {
  resourceSet,
  sampleFunctionResource,
  type SampleResource,
} from "../../../../test/cloudformation/resource-set.ts";
import { readEventRules } from "./event-rules.ts";
import { readFunctions } from "./functions.ts";
import { readSchedules } from "./schedules.ts";

function read(rules: Readonly<Record<string, SampleResource["Properties"]>>) {
  const resources = Object.fromEntries(
    Object.entries(rules).map(([id, Properties = {}]) => [id, { Type: "AWS::Events::Rule", Properties }]),
  );
  const { set, draft, diagnostics } = resourceSet({ F: sampleFunctionResource(), ...resources });
  readFunctions(set, draft);
  readSchedules(set, draft);
  readEventRules(set, draft);
  const problems = diagnostics.map(({ severity, path }) => `${severity} ${path.replace("Resources/", "")}`);
  return { eventRules: draft.eventRules, schedules: draft.schedules, problems };
}

const Targets = [{ Arn: { "Fn::GetAtt": "F.Arn" }, Id: "x" }];
const EventPattern = { source: ["shop"] };

it("rules with a pattern run functions, with the input that they say", () => {
  const { eventRules, schedules, problems } = read({
    Placed: { EventPattern, Targets: [...Targets, { ...Targets[0], Id: "y", Input: '{"a":1}' }] },
    Text: { Name: "by-text", EventPattern: JSON.stringify(EventPattern), EventBusName: "default", Targets },
    Both: { EventPattern, ScheduleExpression: "rate(1 day)", Targets },
    Off: { EventPattern, State: "DISABLED", Targets },
  });
  expect(problems).toEqual([]);
  const pattern = JSON.stringify(EventPattern);
  expect(eventRules).toEqual([
    { name: "Placed", pattern, targets: [{ function: "F" }, { function: "F", input: { a: 1 } }] },
    { name: "by-text", pattern, targets: [{ function: "F" }] },
    { name: "Both", pattern, targets: [{ function: "F" }] },
  ]);
  expect(schedules).toEqual([{ name: "Both", expression: "rate(1 day)", function: "F" }]);
});

it("other buses and targets that are no functions are ignored; what is wrong is reported", () => {
  const { eventRules, problems } = read({
    OtherBus: { EventPattern, EventBusName: "orders", Targets },
    Elsewhere: { EventPattern, Targets: [{ Arn: "arn:aws:sqs:eu-west-1:1:q", Id: "q" }] },
    Wrong: { EventPattern: "{", Targets },
    NoPattern: { EventPattern: { source: "shop" }, Targets },
    Incomplete: { EventPattern, Targets: [{}] },
  });
  expect(eventRules).toEqual([]);
  expect(problems).toEqual([
    "error Incomplete/Properties/Targets/0/Arn",
    "error Incomplete/Properties/Targets/0/Id",
    "warning OtherBus/Properties/EventBusName",
    "warning Elsewhere/Properties/Targets/0/Arn",
    "error Wrong/Properties/EventPattern",
    "error NoPattern/Properties/EventPattern",
  ]);
});
