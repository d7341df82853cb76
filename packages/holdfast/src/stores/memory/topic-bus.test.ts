import { describe, expect, it } from "vitest";

import { ManualClock } from "../../base/clock.ts";
import { memoryLog, silentLog } from "../../base/log.ts";
import type { DeliveredMessage } from "../../ports/topic-bus.ts";
import { createTopicBus } from "./topic-bus.ts";
import type { TopicLimits } from "../topic-limits.ts";

/** A bus with a topic whose one subscriber ends its deliveries when told to. */
function openHeldBus(limits: Partial<TopicLimits>) {
  const clock = new ManualClock();
  const log = memoryLog();
  const bus = createTopicBus({ clock, log, limits });
  const running: (() => void)[] = [];
  const received: DeliveredMessage[] = [];
  const deliver = (message: DeliveredMessage): Promise<void> => {
    received.push(message);
    return new Promise((resolve) => running.push(resolve));
  };
  bus.define([{ name: "t", subscribers: [{ name: "held", deliver }] }]);
  return { bus, clock, log, running, received };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("createTopicBus", () => {
  it("runs no more deliveries to a subscriber at a time than it may, in the order published", async () => {
    const { bus, running, received } = openHeldBus({ maximumConcurrency: 2 });
    for (const text of ["a", "b", "c", "d"]) await bus.publish("t", { text });
    await settle();
    expect(received.map(({ text }) => text)).toEqual(["a", "b"]);
    running[1]?.();
    await settle();
    expect(received.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });

  it("refuses a message for everyone when one subscriber's queue is full, and takes more when it has room", async () => {
    const { bus, running, received } = openHeldBus({ maximumPending: 2 });
    const others: string[] = [];
    const other = { name: "other", deliver: async ({ text }: DeliveredMessage) => void others.push(text) };
    bus.define([{ name: "u", subscribers: [other] }]);
    await bus.publish("t", { text: "a" });
    await bus.publish("t", { text: "b" });
    await expect(bus.publish("t", { text: "c" })).rejects.toMatchObject({ code: "TOPIC_OVERLOADED" });
    await bus.publish("u", { text: "elsewhere" });
    await settle();
    expect(received.map(({ text }) => text)).toEqual(["a", "b"]);
    expect(others).toEqual(["elsewhere"]);
    running[0]?.();
    await settle();
    await bus.publish("t", { text: "d" });
    await settle();
    expect(received.map(({ text }) => text)).toEqual(["a", "b", "d"]);
  });

  it("accepts for all subscribers or for none", async () => {
    const { bus } = openHeldBus({ maximumPending: 1 });
    const texts: string[] = [];
    const sound = { name: "sound", deliver: async ({ text }: DeliveredMessage) => void texts.push(text) };
    const held = { name: "held", deliver: () => new Promise<void>(() => {}) };
    bus.define([{ name: "t", subscribers: [sound, held] }]);
    await bus.publish("t", { text: "a" });
    await settle();
    await expect(bus.publish("t", { text: "b" })).rejects.toMatchObject({ code: "TOPIC_OVERLOADED" });
    await settle();
    expect(texts).toEqual(["a"]);
  });

  it("bounds the bytes that are pending too, pauses included", async () => {
    const clock = new ManualClock();
    const bus = createTopicBus({ clock, log: silentLog, limits: { maximumPendingBytes: 10 } });
    let isFailing = true;
    const deliver = async (): Promise<void> => {
      if (isFailing) throw new Error("no");
    };
    bus.define([{ name: "t", subscribers: [{ name: "s", deliver }] }]);
    await bus.publish("t", { text: "éé" });
    await bus.publish("t", { text: "123456" });
    await settle();
    await expect(bus.publish("t", { text: "1" })).rejects.toMatchObject({ code: "TOPIC_OVERLOADED" });
    isFailing = false;
    clock.advance(1_000);
    await settle();
    await expect(bus.publish("t", { text: "1234567890" })).resolves.toBeTypeOf("string");
  });

  it("does not let a pause keep others from being delivered", async () => {
    const clock = new ManualClock();
    const bus = createTopicBus({ clock, log: silentLog, limits: { maximumConcurrency: 1 } });
    const texts: string[] = [];
    const deliver = async ({ text, attempt }: DeliveredMessage): Promise<void> => {
      texts.push(text);
      if (text === "bad" && attempt === 1) throw new Error("no");
    };
    bus.define([{ name: "t", subscribers: [{ name: "s", deliver }] }]);
    for (const text of ["bad", "a", "b"]) await bus.publish("t", { text });
    await settle();
    expect(texts).toEqual(["bad", "a", "b"]);
    clock.advance(1_000);
    await settle();
    expect(texts).toEqual(["bad", "a", "b", "bad"]);
  });

  it("takes a delivery that does not end for one that failed", async () => {
    const { bus, clock, log, received } = openHeldBus({ deliveryTimeoutMs: 100, maximumAttempts: 2 });
    await bus.publish("t", { text: "a" });
    await settle();
    for (const ms of [100, 1_000, 100]) {
      clock.advance(ms);
      await settle();
    }
    expect(received).toHaveLength(2);
    expect(log.entries.map(({ event }) => event)).toEqual(["topic.delivery-failed"]);
  });

  it("waits at the end for the deliveries of a subscriber that is gone", async () => {
    const { bus, running } = openHeldBus({});
    await bus.publish("t", { text: "a" });
    await settle();
    bus.define([{ name: "t", subscribers: [] }]);
    let isClosed = false;
    const closing = bus.close().then(() => (isClosed = true));
    await settle();
    expect(isClosed).toBe(false);
    running[0]?.();
    await closing;
  });
});
