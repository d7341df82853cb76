import { afterEach, describe, expect, it } from "vitest";

import { ManualClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import type { EventSource, Queue } from "../../model/aws-resources.ts";
import { createMemoryQueueStore } from "../../stores/memory/queue-store.ts";
import { QueuePollers } from "./queue-pollers.ts";

const startMs = Date.UTC(2026, 0, 1);
const place = { region: "eu-west-1", accountId: "000000000000" };

const jobs: Queue = {
  name: "jobs",
  fifo: false,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  waitMs: 0,
  maximumMessageBytes: 1_048_576,
  contentBasedDeduplication: false,
};

const source: EventSource = {
  function: "work",
  source: { kind: "queue", queue: "jobs" },
  batchSize: 10,
  windowMs: 0,
  partialFailures: false,
  filters: [],
  bisects: false,
};

interface Call {
  readonly name: string;
  readonly routeKey: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly succeed: (answer?: unknown) => void;
  readonly fail: (error: Error) => void;
}

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function prepare(eventSources: readonly EventSource[], queues: readonly Queue[] = [jobs]) {
  const clock = new ManualClock(startMs);
  const log = memoryLog();
  const store = createMemoryQueueStore({ clock });
  await store.define(queues);
  const calls: Call[] = [];
  const pollers = new QueuePollers({
    queues: store,
    run: (name, _source, routeKey, payload) =>
      new Promise((succeed, fail) => {
        const { Records: records } = payload as { Records: Call["records"] };
        calls.push({ name, routeKey, records, succeed, fail });
      }),
    place,
    clock,
    log,
  });
  pollers.define({ eventSources, queues });
  opened.push({
    async close() {
      for (const { succeed } of calls) succeed();
      await pollers.close();
      await store.close();
    },
  });
  const send = (...bodies: readonly string[]) =>
    store.send(
      "jobs",
      bodies.map((body) => ({ body })),
    );
  return { clock, log, store, calls, pollers, send };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const bodiesOf = ({ records }: Call): readonly unknown[] => records.map(({ body }) => body);
const nothing = { visible: 0, inFlight: 0, delayed: 0 };

describe("QueuePollers", () => {
  it("hands messages to the function in Lambda's form, and deletes them when it returns", async () => {
    const { store, calls } = await prepare([source]);
    const attributes = {
      kind: { type: "String", value: "x" },
      raw: { type: "Binary", value: "AAE=" },
    };
    const [sent] = await store.send("jobs", [{ body: "höi", attributes, senderId: "AIDA" }]);
    await settle();
    expect(calls).toMatchObject([{ name: "work", routeKey: "queue jobs" }]);
    expect(calls[0]?.records).toEqual([
      {
        messageId: sent?.id,
        receiptHandle: expect.any(String) as string,
        body: "höi",
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: String(startMs),
          SenderId: "AIDA",
          ApproximateFirstReceiveTimestamp: String(startMs),
        },
        messageAttributes: {
          kind: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
          raw: { binaryValue: "AAE=", stringListValues: [], binaryListValues: [], dataType: "Binary" },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        md5OfBody: "2c9fd615f5db1d90871c033876f55577",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:jobs",
        awsRegion: "eu-west-1",
      },
    ]);
    expect(await store.counts("jobs")).toMatchObject({ inFlight: 1 });
    calls[0]?.succeed();
    await settle();
    expect(await store.counts("jobs")).toEqual(nothing);
  });

  it("leaves what the function fails with, so that it comes again and ends among the dead letters", async () => {
    const queues = [
      { ...jobs, deadLetter: { queue: "dead", maximumReceives: 2 } },
      { ...jobs, name: "dead" },
    ];
    const { store, calls, clock, log, send } = await prepare([source], queues);
    await send("bad");
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await settle();
      expect(calls).toHaveLength(attempt);
      calls.at(-1)?.fail(new Error("on purpose"));
      await settle();
      clock.advance(30_000);
    }
    await settle();
    expect(calls).toHaveLength(2);
    expect(await store.counts("dead")).toMatchObject({ visible: 1 });
    expect(log.entries).toMatchObject([
      { event: "queue.batch-failed", fields: { error: { message: "on purpose" } } },
      { event: "queue.batch-failed" },
    ]);
  });

  it("keeps two batches on their way, and no more", async () => {
    const { calls, send } = await prepare([{ ...source, batchSize: 1 }]);
    await send("1", "2", "3");
    await settle();
    expect(calls.flatMap(bodiesOf)).toEqual(["1", "2"]);
    calls[0]?.succeed();
    await settle();
    expect(calls.flatMap(bodiesOf)).toEqual(["1", "2", "3"]);
  });

  it("waits for a batch to fill as long as its window is open", async () => {
    const { calls, clock, send } = await prepare([{ ...source, batchSize: 3, windowMs: 5_000 }]);
    await settle();
    await send("1");
    await settle();
    await send("2");
    clock.advance(4_999);
    await settle();
    expect(calls).toEqual([]);
    clock.advance(1);
    await settle();
    expect(calls.map(bodiesOf)).toEqual([["1", "2"]]);
    await send("3", "4", "5", "6");
    await settle();
    expect(calls.map(bodiesOf)).toEqual([
      ["1", "2"],
      ["3", "4", "5"],
    ]);
  });

  it("hands over more than ten where the batch holds them", async () => {
    const { calls, store, pollers } = await prepare([]);
    for (let at = 0; at < 3; at += 1) await store.send("jobs", Array(10).fill({ body: "x" }));
    pollers.define({ eventSources: [{ ...source, batchSize: 100, windowMs: 0 }], queues: [jobs] });
    await settle();
    expect(calls.map(({ records }) => records.length).reduce((sum, one) => sum + one, 0)).toBe(30);
    expect(calls.length).toBeLessThan(3);
  });

  it("splits a batch that is too large for one event", async () => {
    const { calls, send } = await prepare([source]);
    const large = "x".repeat(1_000_000);
    await send(large, large, large, large, large, large);
    for (let turn = 0; turn < 3; turn += 1) {
      await settle();
      for (const { succeed } of calls) succeed();
    }
    expect(calls.map(({ records }) => records.length)).toEqual([5, 1]);
  });

  describe("partial failures", () => {
    const partial = { ...source, partialFailures: true };

    it("leaves the messages that the function names, and deletes the others", async () => {
      const { store, calls, clock, send } = await prepare([partial]);
      const sent = await send("1", "2", "3");
      await settle();
      calls[0]?.succeed({ batchItemFailures: [{ itemIdentifier: sent[1]?.id }] });
      await settle();
      expect(await store.counts("jobs")).toEqual({ ...nothing, inFlight: 1 });
      clock.advance(30_000);
      await settle();
      expect(calls.map(bodiesOf)).toEqual([["1", "2", "3"], ["2"]]);
    });

    it.each([
      ["no answer", undefined],
      ["another answer", { statusCode: 200 }],
      ["no list", { batchItemFailures: null }],
      ["an empty list", { batchItemFailures: [] }],
    ])("takes %s for success", async (_, answer) => {
      const { store, calls, send } = await prepare([partial]);
      await send("1");
      await settle();
      calls[0]?.succeed(answer);
      await settle();
      expect(await store.counts("jobs")).toEqual(nothing);
    });

    it.each([
      ["an unknown message", { batchItemFailures: [{ itemIdentifier: "other" }] }],
      ["an empty name", { batchItemFailures: [{ itemIdentifier: "" }] }],
      ["another key", { batchItemFailures: [{ id: "1" }] }],
    ])("takes a list with %s for failure of all", async (_, answer) => {
      const { store, calls, send } = await prepare([partial]);
      await send("1", "2");
      await settle();
      calls[0]?.succeed(answer);
      await settle();
      expect(await store.counts("jobs")).toEqual({ ...nothing, inFlight: 2 });
    });

    it("deletes everything where the source has no such answers", async () => {
      const { store, calls, send } = await prepare([source]);
      const [sent] = await send("1");
      await settle();
      calls[0]?.succeed({ batchItemFailures: [{ itemIdentifier: sent?.id }] });
      await settle();
      expect(await store.counts("jobs")).toEqual(nothing);
    });
  });

  describe("filters", () => {
    it("hand over what fits one of them, and delete the rest", async () => {
      const filters = [
        '{"body":{"kind":["move",{"prefix":"jo"}],"score":[{"numeric":[">",3]}]}}',
        '{"messageAttributes":{"urgent":{"stringValue":["yes"]}}}',
      ];
      const { store, calls, send } = await prepare([{ ...source, filters }]);
      await store.send("jobs", [
        { body: '{"kind":"move","score":4}' },
        { body: '{"kind":"move","score":3}' },
        { body: "no JSON" },
        { body: "urgent", attributes: { urgent: { type: "String", value: "yes" } } },
      ]);
      await settle();
      expect(calls.map(bodiesOf)).toEqual([['{"kind":"move","score":4}', "urgent"]]);
      expect(await store.counts("jobs")).toEqual({ ...nothing, inFlight: 2 });
      await send("nothing of it fits");
      await settle();
      expect(calls).toHaveLength(1);
    });

    it("hold a list of texts against the body as it is", async () => {
      const { calls, send } = await prepare([{ ...source, filters: ['{"body":["go"]}'] }]);
      await send("stop", "go", '"go"');
      await settle();
      expect(calls.map(bodiesOf)).toEqual([["go"]]);
    });

    it("that are none keep the source from running, and say so", async () => {
      const { calls, log, send } = await prepare([{ ...source, filters: ['{"body":"go"}'] }]);
      await send("go");
      await settle();
      expect(calls).toEqual([]);
      expect(log.entries).toMatchObject([{ level: "error", event: "queue.filter-invalid" }]);
    });
  });

  describe("redefinition", () => {
    it("leaves sources alone that stay, and stops those that go", async () => {
      const { calls, pollers, send } = await prepare([source]);
      await send("1");
      await settle();
      pollers.define({ eventSources: [source], queues: [jobs] });
      calls[0]?.succeed();
      await send("2");
      await settle();
      pollers.define({ eventSources: [{ ...source, function: "other" }], queues: [jobs] });
      await settle();
      await send("3");
      await settle();
      expect(calls.map(({ name, ...call }) => [name, ...bodiesOf({ name, ...call })])).toEqual([
        ["work", "1"],
        ["work", "2"],
        ["other", "3"],
      ]);
    });
  });

  it("ends once the functions that run have ended, and gives back what waits for its batch", async () => {
    const { store, calls, pollers, send } = await prepare(
      [source, { ...source, source: { kind: "queue", queue: "slow" }, windowMs: 5_000 }],
      [jobs, { ...jobs, name: "slow" }],
    );
    await send("1");
    await store.send("slow", [{ body: "2" }]);
    await settle();
    let isClosed = false;
    const closing = pollers.close().then(() => (isClosed = true));
    await settle();
    expect(isClosed).toBe(false);
    expect(await store.counts("slow")).toEqual({ ...nothing, visible: 1 });
    calls[0]?.succeed();
    await closing;
    expect(await store.counts("jobs")).toEqual(nothing);
    expect(calls).toHaveLength(1);
  });

  it("waits for a function no longer than its grace", async () => {
    const { store, calls, pollers, clock, send } = await prepare([source]);
    await send("1");
    await settle();
    const closing = pollers.close(2_000);
    clock.advance(2_000);
    await closing;
    expect(calls).toHaveLength(1);
    expect(await store.counts("jobs")).toEqual({ ...nothing, inFlight: 1 });
  });

  it("tries again after a while when the store fails", async () => {
    const { store, log, clock } = await prepare([source]);
    await store.close();
    await settle();
    const failures = log.entries.length;
    expect(log.entries[0]).toMatchObject({ level: "error", event: "queue.poll-failed" });
    clock.advance(1_000);
    await settle();
    expect(log.entries.length).toBeGreaterThan(failures);
  });
});
