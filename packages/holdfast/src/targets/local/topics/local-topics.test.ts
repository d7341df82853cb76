import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleModel } from "../../../../test/model/sample-model.ts";
import { systemClock } from "../../../base/clock.ts";
import { HoldfastError } from "../../../base/errors.ts";
import { memoryLog, silentLog } from "../../../base/log.ts";
import { StopperStack } from "../../../base/stopper.ts";
import { MemoryInvoker } from "../../../host/memory-invoker.ts";
import type { AppModel, Queue, Topic } from "../../../model/app-model.ts";
import type { QueueStore } from "../../../ports/queue-store.ts";
import { createMemoryBucketStore } from "../../../stores/memory/bucket-store.ts";
import { createMemoryQueueStore } from "../../../stores/memory/queue-store.ts";
import { createMemoryTableStore } from "../../../stores/memory/table-store.ts";
import { createTopicBus } from "../../../stores/memory/topic-bus.ts";
import { Tasks } from "../tasks.ts";
import { LocalTopics, type LocalTopicsOptions } from "./local-topics.ts";

const place = { region: "eu-west-1", accountId: "000000000000" };
const common = { clock: systemClock, log: silentLog };

const queue = (name: string): Queue => ({
  name,
  fifo: false,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 262_144,
  contentBasedDeduplication: false,
});

let opened: StopperStack;
let queues: QueueStore;

beforeEach(async () => {
  opened = new StopperStack();
  queues = createMemoryQueueStore(common);
  opened.push(() => queues.close());
  await queues.define([queue("jobs"), queue("dead")]);
});

afterEach(() => opened.stop());

function start(topics: readonly Topic[], options: Partial<LocalTopicsOptions> = {}) {
  const bus = createTopicBus({ ...common, limits: { firstPauseMs: 1, maximumAttempts: 3 } });
  opened.push(() => bus.close(0));
  const local = new LocalTopics({
    ...common,
    bus,
    queues,
    place,
    runFunction: () => Promise.reject(new Error("no")),
    ...options,
  });
  local.define(topics);
  return local;
}

const receive = (name: string) => queues.receive(name, { maximum: 10, waitMs: 20_000 });

test("what a function fails with for good goes to the dead letters, and is logged", async () => {
  const log = memoryLog();
  const topics = start([{ name: "news", subscribers: [{ function: "listen", deadLetterQueue: "dead" }] }], {
    log,
  });
  await topics.publish("news", { text: "lost" });
  const [dead] = await receive("dead");
  expect(JSON.parse(dead?.body ?? "")).toMatchObject({ Type: "Notification", Message: "lost" });
  expect(dead?.attributes).toMatchObject({ ErrorMessage: { type: "String", value: "no" } });
  expect(log.entries).toMatchObject([
    {
      level: "error",
      event: "topic.delivery-failed",
      fields: { message: expect.stringMatching(/did not reach function listen in 3 attempts/) },
    },
  ]);
});

test("what a queue cannot take now it gets later, and what it never takes goes to the dead letters", async () => {
  let failures = 1;
  const busy: QueueStore = {
    define: (all) => queues.define(all),
    send: (name, messages) =>
      name === "jobs" && failures-- > 0
        ? Promise.reject(new HoldfastError("STORE_OVERLOADED", "later"))
        : queues.send(name, messages),
    receive: (name, request, signal) => queues.receive(name, request, signal),
    delete: (name, handles) => queues.delete(name, handles),
    changeVisibility: (name, changes) => queues.changeVisibility(name, changes),
    purge: (name) => queues.purge(name),
    counts: (name) => queues.counts(name),
    close: () => queues.close(),
  };
  const topics = start(
    [{ name: "news", subscribers: [{ queue: "jobs", raw: true, deadLetterQueue: "dead" }] }],
    { queues: busy },
  );
  await topics.publish("news", { text: "hello" });
  expect(await receive("jobs")).toMatchObject([{ body: "hello" }]);
  await queues.define([{ ...queue("jobs"), maximumMessageBytes: 1024 }]);
  await topics.publish("news", { text: "x".repeat(2000) });
  expect(await receive("dead")).toHaveLength(1);
});

test("a queue whose policy does not let the topic in gets nothing; what is lost so goes to the dead letters, if theirs does", async () => {
  const log = memoryLog();
  const refused = new Set(["jobs"]);
  const topics = start([{ name: "news", subscribers: [{ queue: "jobs", deadLetterQueue: "dead" }] }], {
    log,
    permitsDelivery: ({ to }) => !refused.has(to.name),
  });
  await topics.publish("news", { text: "first" });
  expect(await queues.counts("jobs")).toMatchObject({ visible: 0 });
  expect(await queues.counts("dead")).toMatchObject({ visible: 1 });
  refused.add("dead");
  await topics.publish("news", { text: "second" });
  expect(await queues.counts("dead")).toMatchObject({ visible: 1 });
  expect(log.entries).toEqual([]);
});

test("subscriptions of run time survive a restart, and the app's own are the app's", async () => {
  const tables = createMemoryTableStore(common);
  opened.push(() => tables.close());
  const model = [{ name: "news", subscribers: [{ queue: "dead", raw: true as const }] }];
  const before = start(model, { tables });
  const made = await before.subscribe("news", { queue: "jobs", raw: true });
  const after = start(model, { tables });
  expect(await after.subscriptions()).toMatchObject([
    { declared: true, to: { queue: "dead" } },
    { declared: false, id: made.id, to: { queue: "jobs" } },
  ]);
  await after.publish("news", { text: "hello" });
  expect(await receive("jobs")).toMatchObject([{ body: "hello" }]);
  const [declared] = await after.subscriptions();
  await expect(after.unsubscribe(declared?.id ?? "")).rejects.toMatchObject({
    code: "TOPIC_REQUEST_INVALID",
  });
  await after.unsubscribe(made.id);
  expect(await start(model, { tables }).subscriptions()).toHaveLength(1);
});

test("a filter that cannot be read lets nothing through", async () => {
  const log = memoryLog();
  const filter = { policy: "{", scope: "body" } as const;
  const topics = start([{ name: "news", subscribers: [{ queue: "jobs", filter }] }], { log });
  await topics.publish("news", { text: "{}" });
  expect(await queues.counts("jobs")).toMatchObject({ visible: 0 });
  expect(log.entries[0]).toMatchObject({ level: "error", event: "topic.filter-invalid" });
});

test("a bucket tells queues and topics, each once", async () => {
  const buckets = createMemoryBucketStore(common);
  await buckets.define(["images"]);
  const bus = createTopicBus(common);
  opened.push(() => bus.close(0));
  const tasks = new Tasks({ ...common, invoker: new MemoryInvoker({}), bus, buckets, queues, place });
  opened.push(() => tasks.close());
  const model: AppModel = {
    ...sampleModel,
    topics: [{ name: "changes", subscribers: [{ queue: "dead" }] }],
    buckets: [
      {
        name: "images",
        notifications: [
          { on: "put", prefix: "in/", queue: "jobs" },
          { on: "delete", queue: "jobs" },
          { on: "put", topic: "changes" },
        ],
        retain: false,
      },
    ],
  };
  tasks.define(model);
  await buckets.put("images", "in/a b", { bytes: new Uint8Array(3) });
  const [told] = await receive("jobs");
  const record = {
    Records: [
      { eventName: "ObjectCreated:Put", awsRegion: "eu-west-1", s3: { object: { key: "in/a+b", size: 3 } } },
    ],
  };
  expect(JSON.parse(told?.body ?? "")).toMatchObject(record);
  const [published] = await receive("dead");
  const envelope = JSON.parse(published?.body ?? "") as { Subject: string; Message: string };
  expect(envelope.Subject).toBe("Amazon S3 Notification");
  expect(JSON.parse(envelope.Message)).toMatchObject(record);
});
