import { describe, expect, it } from "vitest";

import { ManualClock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import { memoryLog, silentLog } from "../../base/log.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { DeliveredMessage, TopicMessage, TopicSubscriber } from "../../ports/topic-bus.ts";
import { createMemoryTableStore } from "../memory/table-store.ts";
import type { TopicLimits } from "../topic-limits.ts";
import { deliveriesTable } from "./delivery-journal.ts";
import { openTableTopicBus } from "./topic-bus.ts";

const dayMs = 24 * 60 * 60 * 1000;

interface Run {
  readonly tables?: TableStore;
  readonly limits?: Partial<TopicLimits>;
}

/** Tables that outlive one bus after the other. */
function prepare() {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const log = memoryLog();
  const tables = createMemoryTableStore({ clock, log: silentLog });
  const open = (run: Run = {}) => openTableTopicBus({ tables, clock, log, ...run });
  const count = async (): Promise<number> =>
    (await tables.scan({ table: deliveriesTable.name })).items.length;
  return { clock, log, tables, open, count };
}

function recorder(name: string) {
  const received: DeliveredMessage[] = [];
  const deliver = async (message: DeliveredMessage): Promise<void> => void received.push(message);
  return { name, received, deliver };
}

/** Never has done with what it is given: the process might end at any moment. */
const stuck = (name: string): TopicSubscriber => ({ name, deliver: () => new Promise<never>(() => {}) });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("openTableTopicBus", () => {
  it("delivers at the next start what was published and not delivered, whole and in order", async () => {
    const { open, count } = prepare();
    const first = await open();
    first.define([{ name: "t", subscribers: [stuck("a")] }]);
    const messages: TopicMessage[] = [
      { text: "1", subject: "s", attributes: { __proto__: "x", "": "" }, attributeTypes: { "": "Number" } },
      { text: "2 \ud800", groupId: "g", perProtocol: true },
      // As JSON six times as long as the bound.
      { text: "\u0001".repeat(262_144) },
    ];
    const ids: string[] = [];
    for (const message of messages) ids.push(await first.publish("t", message));
    const second = await open();
    const a = recorder("a");
    second.define([{ name: "t", subscribers: [a] }]);
    await settle();
    expect(a.received).toEqual(
      messages.map((message, at) => ({
        ...message,
        id: ids[at],
        topic: "t",
        publishedAtMs: Date.UTC(2026, 0, 1),
        attempt: 1,
      })),
    );
    expect(await count()).toBe(0);
  });

  it("brings a message to those alone that had not had it", async () => {
    const { open, count } = prepare();
    const first = await open();
    const had = recorder("had");
    first.define([{ name: "t", subscribers: [had, stuck("waits")] }]);
    await first.publish("t", { text: "x" });
    await settle();
    expect(had.received).toHaveLength(1);
    const second = await open();
    const [hadIt, waits] = [recorder("had"), recorder("waits")];
    second.define([{ name: "t", subscribers: [hadIt, waits] }]);
    await settle();
    expect([hadIt, waits].map(({ received }) => received.length)).toEqual([0, 1]);
    expect(await count()).toBe(0);
  });

  it("delivers once what is left, however often its topic is defined", async () => {
    const { open } = prepare();
    const first = await open();
    first.define([{ name: "t", subscribers: [stuck("a")] }]);
    await first.publish("t", { text: "x" });
    const second = await open();
    const a = recorder("a");
    for (let times = 0; times < 3; times += 1) second.define([{ name: "t", subscribers: [a] }]);
    await settle();
    second.define([{ name: "t", subscribers: [a] }]);
    await settle();
    expect(a.received).toHaveLength(1);
  });

  it("keeps nothing once everybody had it, or it was given up", async () => {
    const { open, clock, log, count } = prepare();
    const bus = await open({ limits: { maximumAttempts: 2 } });
    const failing = { name: "failing", deliver: () => Promise.reject(new Error("no")) };
    bus.define([{ name: "t", subscribers: [recorder("a"), failing] }]);
    await bus.publish("t", { text: "x" });
    await settle();
    expect(await count()).toBe(1);
    clock.advance(1_000);
    await settle();
    expect(await count()).toBe(0);
    expect(log.entries.map(({ event }) => event)).toEqual(["topic.delivery-failed"]);
  });

  it("writes nothing for a topic that nobody subscribes to", async () => {
    const { open, count } = prepare();
    const bus = await open();
    bus.define([{ name: "t", subscribers: [] }]);
    await bus.publish("t", { text: "x" });
    expect(await count()).toBe(0);
  });

  it("keeps messages for a subscriber that is gone, says so, and lets go of them after four days", async () => {
    const { open, clock, log, count } = prepare();
    const first = await open();
    first.define([{ name: "t", subscribers: [stuck("gone")] }]);
    await first.publish("t", { text: "x" });
    const second = await open();
    second.define([{ name: "t", subscribers: [] }]);
    clock.advance(10 * 60_000);
    expect(log.entries).toMatchObject([
      { level: "warn", event: "topic.messages-unclaimed", fields: { messages: 1, dropped: 0 } },
    ]);
    expect(log.entries[0]?.fields.message).toContain("t to gone");
    clock.advance(4 * dayMs);
    const third = await open();
    third.define([{ name: "t", subscribers: [] }]);
    clock.advance(10 * 60_000);
    await settle();
    expect(log.entries[1]).toMatchObject({ fields: { messages: 1, dropped: 1 } });
    expect(await count()).toBe(0);
  });

  it("delivers what is old, where its subscriber is there", async () => {
    const { open, clock } = prepare();
    const first = await open();
    first.define([{ name: "t", subscribers: [stuck("a")] }]);
    await first.publish("t", { text: "x" });
    clock.advance(30 * dayMs);
    const second = await open();
    const a = recorder("a");
    second.define([{ name: "t", subscribers: [a] }]);
    await settle();
    expect(a.received).toHaveLength(1);
  });

  it("refuses what cannot be kept, delivers it to nobody, and has its room back", async () => {
    const { open, tables } = prepare();
    const full = new HoldfastError("STATE_NOT_WRITABLE", "No room");
    let isFull = true;
    const disk: TableStore = {
      ...bindAll(tables),
      write: (writes) => (isFull ? Promise.reject(full) : tables.write(writes)),
    };
    const bus = await open({ tables: disk, limits: { maximumPending: 1 } });
    const a = recorder("a");
    bus.define([{ name: "t", subscribers: [a] }]);
    for (let times = 0; times < 2; times += 1)
      await expect(bus.publish("t", { text: "x" })).rejects.toBe(full);
    isFull = false;
    await bus.publish("t", { text: "y" });
    await settle();
    expect(a.received.map(({ text }) => text)).toEqual(["y"]);
    await bus.close();
  });

  it("bounds what is under way before it is written, too", async () => {
    const { open } = prepare();
    const bus = await open({ limits: { maximumPending: 2 } });
    bus.define([{ name: "t", subscribers: [stuck("a")] }]);
    const outcomes = await Promise.allSettled(["1", "2", "3"].map((text) => bus.publish("t", { text })));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  });

  it("says once, and not each time, that what was delivered cannot be removed", async () => {
    const { open, tables, log } = prepare();
    let isFull = false;
    const disk: TableStore = {
      ...bindAll(tables),
      write: (writes) =>
        isFull && writes[0]?.kind !== "put"
          ? Promise.reject(new HoldfastError("STATE_NOT_WRITABLE", "No room"))
          : tables.write(writes),
    };
    const bus = await open({ tables: disk });
    bus.define([{ name: "t", subscribers: [recorder("a")] }]);
    const publish = async (count: number): Promise<void> => {
      await Promise.all(Array.from({ length: count }, (_, at) => bus.publish("t", { text: `${at}` })));
      await settle();
    };
    isFull = true;
    await publish(5);
    expect(log.entries.map(({ event }) => event)).toEqual(["topic.message-not-removed"]);
  });

  it("leaves alone what it cannot read", async () => {
    const { open, tables, log, count } = prepare();
    const first = await open();
    await first.close();
    const item = { order: { S: "0" }, waiting: { SS: ["a"] }, json: { S: "{" } };
    await tables.write([{ kind: "put", table: deliveriesTable.name, item }]);
    const second = await open();
    const a = recorder("a");
    second.define([{ name: "t", subscribers: [a] }]);
    await settle();
    expect(a.received).toEqual([]);
    expect(log.entries).toMatchObject([{ level: "error", event: "topic.message-unreadable" }]);
    expect(await count()).toBe(1);
  });
});

function bindAll(store: TableStore): TableStore {
  return {
    define: (tables) => store.define(tables),
    get: (table, key) => store.get(table, key),
    write: (writes) => store.write(writes),
    query: (request) => store.query(request),
    scan: (request) => store.scan(request),
    watch: (listener) => store.watch(listener),
    close: () => store.close(),
  };
}
