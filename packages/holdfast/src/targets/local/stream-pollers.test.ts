import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleTable } from "../../../test/model/sample-model.ts";
import { ManualClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import { StopperStack } from "../../base/stopper.ts";
import type { EventSource, Table } from "../../model/app-model.ts";
import { changeJournal } from "../../model/change-journal.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { openSqliteTableStore } from "../../stores/sqlite/table-store.ts";
import { createMemoryTableStore } from "../../stores/memory/table-store.ts";
import { StreamPollers } from "./stream-pollers.ts";

const games = sampleTable({ name: "games", key: { name: "id", type: "string" }, ttl: "ttl", stream: "both" });

const feed = (change: Partial<EventSource> = {}): EventSource => ({
  function: "listen",
  source: { kind: "table", table: "games", from: "trim-horizon" },
  batchSize: 100,
  windowMs: 0,
  partialFailures: false,
  filters: [],
  bisects: false,
  ...change,
});

interface Record {
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: { readonly id: { readonly S: string } };
    readonly SequenceNumber: string;
  };
  readonly userIdentity?: unknown;
}

let folder: string;
let opened: StopperStack;
const startMs = 1_700_000_000_000;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "streams-"));
  opened = new StopperStack();
  opened.push(() => rm(folder, { recursive: true }));
});

afterEach(() => opened.stop());

type Listener = (records: readonly Record[], name: string) => unknown;

/** The app as it runs once: with its store, until it is stopped. */
async function start(
  listen: Listener,
  eventSources: readonly EventSource[] = [feed()],
  { tables = [games], open = openStore }: { tables?: readonly Table[]; open?: typeof openStore } = {},
) {
  const clock = new ManualClock(startMs);
  const log = memoryLog();
  const store = await open(clock);
  await store.define(tables);
  const pollers = new StreamPollers({
    tables: store,
    run: async (name, _source, _routeKey, payload) =>
      listen((payload as { Records: readonly Record[] }).Records, name),
    place: { region: "eu-west-1", accountId: "000000000000" },
    clock,
    log,
  });
  await pollers.define({ eventSources, tables });
  const run = new StopperStack();
  run.push(() => store.close());
  run.push(() => pollers.close());
  opened.push(() => run.stop());
  const put = (...ids: readonly string[]) =>
    store.write(ids.map((id) => ({ kind: "put", table: "games", item: { id: { S: id } } })));
  return { clock, log, store, pollers, put, stop: () => run.stop() };
}

function openStore(clock: ManualClock): Promise<TableStore> {
  return openSqliteTableStore({ file: path.join(folder, "tables.db"), clock, log: () => {} });
}

/** What a function is given, for whoever waits for so much of it. */
function listening(answer: Listener = () => undefined) {
  const batches: (readonly Record[])[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    batches,
    listen: (async (records, name) => {
      batches.push(records);
      for (const { count, resolve } of waiting) if (batches.length >= count) resolve();
      return answer(records, name);
    }) satisfies Listener,
    ids: () => batches.map((records) => records.map(({ dynamodb }) => dynamodb.Keys.id.S).join("")),
    until: (count: number) =>
      batches.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ count, resolve })),
  };
}

/** Some time, little enough that nothing expires while the store's thread is waited for. */
async function pass(clock: ManualClock): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10);
}

test("changes come as DynamoDB's events, in their order", async () => {
  const { batches, listen, until } = listening();
  const { store } = await start(listen);
  const key = { id: { S: "a" } };
  await store.write([
    { kind: "put", table: "games", item: { ...key, data: { B: new Uint8Array([0, 255]) } } },
  ]);
  await until(1);
  await store.write([{ kind: "put", table: "games", item: { ...key, n: { N: "1" } } }]);
  await until(2);
  await store.write([{ kind: "delete", table: "games", key }]);
  await until(3);
  const [inserted, modified, removed] = batches.map(([record]) => record);
  expect(inserted).toEqual({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    dynamodb: {
      ApproximateCreationDateTime: startMs / 1000,
      Keys: key,
      NewImage: { ...key, data: { B: "AP8=" } },
      SequenceNumber: expect.stringMatching(/^\d{21}$/),
      SizeBytes: 12,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: "arn:aws:dynamodb:eu-west-1:000000000000:table/games/stream/2020-01-01T00:00:00.000",
  });
  expect(modified).toMatchObject({
    eventName: "MODIFY",
    dynamodb: { OldImage: { data: { B: "AP8=" } }, NewImage: { n: { N: "1" } } },
  });
  expect(removed).toMatchObject({ eventName: "REMOVE", dynamodb: { OldImage: { n: { N: "1" } } } });
  expect(removed?.dynamodb).not.toHaveProperty("NewImage");
});

test.each([
  ["memory", async (clock: ManualClock) => createMemoryTableStore({ clock, log: () => {} })],
  ["SQLite", openStore],
])(
  "the journal of a store in %s has what the stream tells, and goes once it was read",
  async (_title, open) => {
    const { listen, until } = listening();
    const { store, put, stop, pollers } = await start(listen, [], {
      tables: [{ ...games, stream: "keys" }],
      open,
    });
    await put("a", "b");
    const journal = () => store.scan({ table: changeJournal.name });
    expect((await journal()).items).toMatchObject([
      { table: { S: "games" }, kind: { S: "insert" }, key: { M: { id: { S: "a" } } } },
      { key: { M: { id: { S: "b" } } } },
    ]);
    expect((await journal()).items[0]).not.toHaveProperty("new");
    await pollers.define({ eventSources: [feed()], tables: [{ ...games, stream: "keys" }] });
    await until(1);
    await pollers.close();
    expect((await journal()).items).toEqual([]);
    await stop();
  },
);

test("what was written but not delivered comes after a restart, what was delivered does not", async () => {
  const before = listening();
  const first = await start(before.listen);
  await first.put("a");
  await before.until(1);
  await first.pollers.close();
  await first.put("b", "c");
  await first.stop();

  const after = listening();
  await start(after.listen);
  await after.until(1);
  expect(after.ids()).toEqual(["bc"]);
});

test("what was there before counts only from the trim horizon on", async () => {
  const silent = await start(() => undefined, []);
  await silent.put("a");
  await silent.stop();
  const [latest, all] = [listening(), listening()];
  const { put } = await start(
    (records, name) => (name === "latest" ? latest : all).listen(records, name),
    [
      feed({ function: "latest", source: { kind: "table", table: "games", from: "latest" } }),
      feed({ function: "all" }),
    ],
  );
  await put("b");
  await latest.until(1);
  expect(latest.ids()).toEqual(["b"]);
  await all.until(1);
  expect(all.ids().join("")).toMatch(/^ab?$/);
});

test("a batch waits for its window, and not once it is full", async () => {
  const { listen, ids, until } = listening();
  const { put, clock } = await start(listen, [feed({ batchSize: 2, windowMs: 500 })]);
  await put("a");
  await put("b");
  await until(1);
  await put("c");
  while (ids().length < 2) await pass(clock);
  expect(ids()).toEqual(["ab", "c"]);
});

test("a function gets what fits one of its filters", async () => {
  const { listen, ids, until } = listening();
  const filters = ['{"dynamodb":{"Keys":{"id":{"S":["b"]}}}}', '{"eventName":["REMOVE"]}'];
  const { put, store } = await start(listen, [feed({ filters })]);
  await put("a");
  await put("b");
  await until(1);
  await store.write([{ kind: "delete", table: "games", key: { id: { S: "a" } } }]);
  await until(2);
  expect(ids()).toEqual(["b", "a"]);
});

test("a batch that fails comes again, before what is behind it, and is given up at last", async () => {
  const { listen, ids } = listening((records) => {
    if (records.some(({ dynamodb }) => dynamodb.Keys.id.S === "a")) throw new Error("no");
  });
  const { put, clock, log } = await start(listen, [feed({ batchSize: 1, maximumRetries: 2 })]);
  await put("a", "b");
  while (ids().length < 4) await pass(clock);
  expect(ids()).toEqual(["a", "a", "a", "b"]);
  expect(log.entries.map(({ event }) => event)).toEqual([
    "stream.batch-failed",
    "stream.batch-failed",
    "stream.batch-given-up",
  ]);
});

test("a batch that fails is halved until what is at fault is alone", async () => {
  const { listen, ids } = listening((records) => {
    if (records.some(({ dynamodb }) => dynamodb.Keys.id.S === "c")) throw new Error("no");
  });
  const { put, clock } = await start(listen, [feed({ bisects: true, maximumRetries: 0 })]);
  await put("a", "b", "c", "d");
  while (ids().length < 5) await pass(clock);
  expect(ids()).toEqual(["abcd", "ab", "cd", "c", "d"]);
});

test("of a batch, what is before the first failure does not come again", async () => {
  let tries = 0;
  const { listen, ids } = listening((records) => {
    tries += 1;
    const failed = tries === 1 ? records.slice(1, 2) : [];
    return { batchItemFailures: failed.map((one) => ({ itemIdentifier: one.dynamodb.SequenceNumber })) };
  });
  const { put, clock } = await start(listen, [feed({ partialFailures: true })]);
  await put("a", "b", "c");
  while (ids().length < 2) await pass(clock);
  expect(ids()).toEqual(["abc", "bc"]);
});

test("what expires is DynamoDB's doing", async () => {
  const { listen, batches, until } = listening();
  const { store, clock } = await start(listen);
  const item = { id: { S: "a" }, ttl: { N: String(startMs / 1000 + 1) } };
  await store.write([{ kind: "put", table: "games", item }]);
  await until(1);
  // One round of the store's.
  clock.advance(60_000);
  await until(2);
  expect(batches[1]).toMatchObject([
    {
      eventName: "REMOVE",
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    },
  ]);
});

test("sources that change go on where they were, those that go feed nothing more", async () => {
  const { listen, ids, until } = listening();
  const { put, pollers } = await start(listen);
  await put("a");
  await until(1);
  await pollers.define({ eventSources: [feed({ batchSize: 1 })], tables: [games] });
  await put("b");
  await until(2);
  await pollers.define({ eventSources: [], tables: [games] });
  await put("c");
  await pollers.define({ eventSources: [feed()], tables: [games] });
  await until(3);
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("a filter that is none feeds nothing", async () => {
  const { log } = await start(() => undefined, [feed({ filters: ["{"] })]);
  expect(log.entries).toMatchObject([{ level: "error", event: "stream.filter-invalid" }]);
});
