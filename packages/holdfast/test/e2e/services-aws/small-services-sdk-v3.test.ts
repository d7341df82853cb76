import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  GetScheduleCommand,
  paginateListSchedules,
  ResourceNotFoundException as ScheduleNotFound,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../../src/testing/eventually.ts";
import { credentials, region } from "./services-rig.ts";
import { startSmallServices, type SmallServicesRig } from "./small-services-rig.ts";

let rig: SmallServicesRig;
const options = () => ({ endpoint: rig.endpoint, region, credentials, maxAttempts: 1 });

beforeAll(async () => {
  rig = await startSmallServices();
});
afterAll(() => rig[Symbol.asyncDispose]());

it("CloudWatch Logs: events are put, and paged through", async () => {
  const logs = new CloudWatchLogsClient(options());
  const group = { logGroupName: "v3" };
  const stream = { ...group, logStreamName: "one" };
  await logs.send(new CreateLogGroupCommand(group));
  await expect(logs.send(new CreateLogGroupCommand(group))).rejects.toBeInstanceOf(
    ResourceAlreadyExistsException,
  );
  await expect(
    logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: "x" }] })),
  ).rejects.toBeInstanceOf(ResourceNotFoundException);
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = ["ERROR one", "INFO two", "ERROR three", "ERROR four"].map((message) => ({
    timestamp: Date.now(),
    message,
  }));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  const found: (string | undefined)[] = [];
  const pages = paginateFilterLogEvents(
    { client: logs, pageSize: 2 },
    { ...group, filterPattern: "ERROR -three" },
  );
  for await (const { events = [] } of pages) found.push(...events.map(({ message }) => message));
  expect(found).toEqual(["ERROR one", "ERROR four"]);
  const groups: (string | undefined)[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs, pageSize: 1 }, {}))
    groups.push(...logGroups.map(({ logGroupName }) => logGroupName));
  expect(groups).toHaveLength(4);
});

it("CloudWatch Logs: a tail, which asks again from the last time on and knows ids, shows each event once", async () => {
  const logs = new CloudWatchLogsClient(options());
  const shown = new Map<string, string>();
  let startTime = 0;
  const poll = async (): Promise<void> => {
    const asked = { logGroupName: "/aws/lambda/audit", startTime, interleaved: true };
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs, pageSize: 2 }, asked))
      for (const { eventId = "", message = "", timestamp = 0 } of events) {
        shown.set(eventId, message);
        startTime = Math.max(startTime, timestamp);
      }
  };
  for (const lines of [["a", "a", "b"], ["b"], ["c", "a"]]) {
    const before = shown.size;
    for (const message of lines) rig.keeper.keep("info", "function-output", { message, function: "audit" });
    await eventually(async () => {
      await poll();
      expect(shown.size).toBe(before + lines.length);
    });
  }
  expect([...shown.values()]).toEqual(["a", "a", "b", "b", "c", "a"]);
});

it("EventBridge and its scheduler: events are put, rules and schedules are read", async () => {
  const events = new EventBridgeClient(options());
  const put = await events.send(
    new PutEventsCommand({
      Entries: [{ Source: "shop", DetailType: "placed", Detail: '{"total":99}', Time: new Date(0) }],
    }),
  );
  expect(put.FailedEntryCount).toBe(0);
  expect(rig.delivered[0]?.event).toMatchObject({ time: "1970-01-01T00:00:00Z", detail: { total: 99 } });
  expect((await events.send(new ListRulesCommand({ NamePrefix: "p" }))).Rules).toHaveLength(1);

  const scheduler = new SchedulerClient(options());
  const names: (string | undefined)[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler, pageSize: 1 }, {}))
    names.push(...Schedules.map(({ Name }) => Name));
  expect(names).toEqual(["nightly", "weekly"]);
  const schedule = await scheduler.send(new GetScheduleCommand({ Name: "weekly" }));
  expect([schedule.State, schedule.CreationDate]).toEqual(["ENABLED", expect.any(Date)]);
  await expect(scheduler.send(new GetScheduleCommand({ Name: "none" }))).rejects.toBeInstanceOf(
    ScheduleNotFound,
  );
});
