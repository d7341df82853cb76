import { expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import type { EventRule } from "../../model/app-model.ts";
import { createEventsFace } from "./events-face.ts";

const clock = new ManualClock(Date.parse("2026-11-21T12:00:00.123Z"));

const rule = (name: string, pattern: unknown, input?: unknown): EventRule => ({
  name,
  pattern: typeof pattern === "string" ? pattern : JSON.stringify(pattern),
  targets: [{ function: `of-${name}`, ...(input !== undefined && { input }) }],
});

function face(eventRules: readonly EventRule[], fails = false) {
  const delivered: unknown[] = [];
  const made = createEventsFace({
    model: () => ({
      eventRules,
      schedules: [
        { name: "hourly", expression: "rate(1 hour)", function: "f", input: { a: 1 } },
        { name: "hourly-2", rule: "hourly", expression: "rate(1 hour)", function: "g" },
        { name: "nightly", expression: "rate(1 day)", function: "f", role: "arn:of-the-scheduler" },
      ],
    }),
    deliver: (target, event) => {
      delivered.push([target.function, event]);
      return fails ? Promise.reject(new Error("No room")) : Promise.resolve();
    },
    accountId: "000000000000",
    clock,
  });
  const ask = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const { body } = await made.answer({
      service: "events",
      region: "eu-west-1",
      method: "POST",
      host: "",
      target: "/",
      headers: { "x-amz-target": `AWSEvents.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
      requestId: "r",
      caller: {},
    });
    return JSON.parse(body.toString()) as Record<string, unknown>;
  };
  return { ask, delivered };
}

const entry = { Source: "shop", DetailType: "placed", Detail: '{"total":20}' };

it("an event goes to the targets of the rules that it fits, as EventBridge lays it out", async () => {
  const { ask, delivered } = face([
    rule("all", { source: ["shop"] }),
    rule("large", { detail: { total: [{ numeric: [">", 100] }] } }),
    rule("fixed", { "detail-type": ["placed"] }, { fixed: true }),
    rule("broken", "{"),
  ]);
  const answer = await ask("PutEvents", {
    Entries: [{ ...entry, Time: 1_700_000_000, Resources: ["arn:x"] }],
  });
  const [{ EventId: id } = {}] = answer.Entries as readonly { EventId?: string }[];
  expect(answer.FailedEntryCount).toBe(0);
  expect(delivered).toEqual([
    [
      "of-all",
      {
        version: "0",
        id,
        "detail-type": "placed",
        source: "shop",
        account: "000000000000",
        time: "2023-11-14T22:13:20Z",
        region: "eu-west-1",
        resources: ["arn:x"],
        detail: { total: 20 },
      },
    ],
    ["of-fixed", { fixed: true }],
  ]);
});

it("an entry that cannot be taken fails by itself; those for other buses go nowhere", async () => {
  const { ask, delivered } = face([rule("all", { source: ["shop"] })]);
  const answer = await ask("PutEvents", {
    Entries: [
      { ...entry, Source: undefined },
      { ...entry, Detail: "{" },
      { ...entry, Source: "aws.s3" },
      { ...entry, EventBusName: "orders" },
      { ...entry, EventBusName: "arn:aws:events:eu-west-1:000000000000:event-bus/default" },
    ],
  });
  expect(answer).toEqual({
    FailedEntryCount: 3,
    Entries: [
      {
        ErrorCode: "InvalidArgument",
        ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
      },
      { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
      { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
      { EventId: expect.any(String) as string },
      { EventId: expect.any(String) as string },
    ],
  });
  expect(delivered).toHaveLength(1);
});

it("what cannot be delivered is said; too much at once is refused", async () => {
  const { ask } = face([rule("all", { source: ["shop"] })], true);
  expect(await ask("PutEvents", { Entries: [entry] })).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "No room" }],
  });
  for (const Entries of [[], Array(11).fill(entry), [{ ...entry, Detail: `"${"x".repeat(262_144)}"` }]])
    expect(await ask("PutEvents", { Entries })).toMatchObject({ __type: "ValidationException" });
});

it("rules, schedules among them, are listed, in pages, and described", async () => {
  const { ask } = face([rule("b", { source: ["x"] }), rule("a", { source: ["y"] })]);
  const first = await ask("ListRules", { Limit: 2 });
  expect(first.Rules).toEqual([
    {
      Name: "a",
      Arn: "arn:aws:events:eu-west-1:000000000000:rule/a",
      EventPattern: '{"source":["y"]}',
      State: "ENABLED",
      EventBusName: "default",
    },
    expect.objectContaining({ Name: "b" }),
  ]);
  expect(await ask("ListRules", { NextToken: first.NextToken })).toEqual({
    Rules: [expect.objectContaining({ Name: "hourly", ScheduleExpression: "rate(1 hour)" })],
  });
  expect(await ask("DescribeRule", { Name: "a" })).toMatchObject({ Name: "a", CreatedBy: "000000000000" });
  expect(await ask("ListTargetsByRule", { Rule: "hourly" })).toEqual({
    Targets: [
      { Id: "1-f", Arn: "arn:aws:lambda:eu-west-1:000000000000:function:f", Input: '{"a":1}' },
      { Id: "2-g", Arn: "arn:aws:lambda:eu-west-1:000000000000:function:g" },
    ],
  });
  expect(await ask("DescribeRule", { Name: "none" })).toEqual({
    __type: "ResourceNotFoundException",
    message: "Rule none does not exist on EventBus default.",
  });
  expect(await ask("ListRules", { EventBusName: "orders" })).toMatchObject({
    __type: "ResourceNotFoundException",
  });
  expect(await ask("ListRules", { NextToken: "x" })).toMatchObject({ __type: "ValidationException" });
});
