import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { memoryLog, type Log } from "../../src/base/log.ts";
import type { DeliveredMessage, TopicBus, TopicSubscriber } from "../../src/ports/topic-bus.ts";

/** Opens the kind of bus that a suite is about. */
export interface BusOpener {
  (options: { readonly clock: ManualClock; readonly log: Log }): Promise<OpenedBus>;
}

export interface OpenedBus {
  readonly bus: TopicBus;
  /** Whether the next run goes on with what is not done when the bus closes. */
  readonly isKept: boolean;
  /** Resolves once what is asked of the disk is done; absent where there is none. */
  written?(): Promise<void>;
  close?(): Promise<void>;
}

const startMs = Date.UTC(2026, 0, 1);

export interface Recorder extends TopicSubscriber {
  readonly received: DeliveredMessage[];
}

/** A subscriber that fails each message so many times. */
export function recorder(name: string, failures = 0): Recorder {
  const received: DeliveredMessage[] = [];
  const deliver = async (message: DeliveredMessage): Promise<void> => {
    received.push(message);
    if (message.attempt <= failures) throw new Error(`failure ${message.attempt}`);
  };
  return { name, received, deliver };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The duties of a `TopicBus`, held against one kind of it. */
export function describeTopicBus(name: string, open: BusOpener, programs = 40): void {
  describe(`duties of ${name}`, () => {
    const opened: OpenedBus[] = [];
    const prepare = async () => {
      const clock = new ManualClock(startMs);
      const log = memoryLog();
      const one = await open({ clock, log });
      opened.push(one);
      return { bus: one.bus, clock, log };
    };
    /** Lets everything run that waits for nothing but its turn, or the disk. */
    const settle = async (): Promise<void> => {
      await turns();
      for (const one of opened) await one.written?.();
      await turns();
    };
    afterEach(async () => {
      for (const one of opened.splice(0)) {
        await one.bus.close(0);
        await one.close?.();
      }
    });

    it("delivers a message whole to every subscriber of its topic, and to no other", async () => {
      const { bus } = await prepare();
      const [a, b, other] = [recorder("a"), recorder("b"), recorder("c")];
      bus.define([
        { name: "games", subscribers: [a, b] },
        { name: "other", subscribers: [other] },
      ]);
      const message = { text: "höi", subject: "s", attributes: { kind: "x" } };
      const id = await bus.publish("games", message);
      await settle();
      const expected = { ...message, id, topic: "games", publishedAtMs: startMs, attempt: 1 };
      expect(a.received).toEqual([expected]);
      expect(b.received).toEqual([expected]);
      expect(other.received).toEqual([]);
    });

    it("gives each message an id of its own, and takes those that nobody subscribes to", async () => {
      const { bus } = await prepare();
      bus.define([{ name: "games", subscribers: [] }]);
      const ids = await Promise.all(["a", "a", "b"].map((text) => bus.publish("games", { text })));
      expect(new Set(ids).size).toBe(3);
    });

    it("tells how many deliveries have not come to their end", async () => {
      const { bus } = await prepare();
      const ends: (() => void)[] = [];
      const slow: TopicSubscriber = {
        name: "slow",
        deliver: () => new Promise<void>((resolve) => ends.push(resolve)),
      };
      bus.define([{ name: "games", subscribers: [slow, recorder("a")] }]);
      await bus.publish("games", { text: "x" });
      await settle();
      expect(bus.pendingDeliveries()).toBe(1);
      for (const end of ends) end();
      await settle();
      expect(bus.pendingDeliveries()).toBe(0);
    });

    it("does not wait for deliveries, nor start them within the call", async () => {
      const { bus } = await prepare();
      const started: string[] = [];
      const never = new Promise<void>(() => {});
      bus.define([
        { name: "games", subscribers: [{ name: "a", deliver: ({ id }) => (started.push(id), never) }] },
      ]);
      const publishing = bus.publish("games", { text: "x" });
      expect(started).toEqual([]);
      const id = await publishing;
      await settle();
      expect(started).toEqual([id]);
    });

    it("tries a failed delivery again with growing pauses, and leaves other subscribers in peace", async () => {
      const { bus, clock, log } = await prepare();
      const [failing, sound] = [recorder("failing", 2), recorder("sound")];
      bus.define([{ name: "games", subscribers: [failing, sound] }]);
      await bus.publish("games", { text: "x" });
      await settle();
      const seen: number[] = [failing.received.length];
      for (const ms of [999, 1, 1_999, 1, 60_000]) {
        clock.advance(ms);
        await settle();
        seen.push(failing.received.length);
      }
      expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
      expect(failing.received.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      expect(sound.received).toHaveLength(1);
      expect(log.entries.filter(({ level }) => level === "error")).toEqual([]);
    });

    it("gives a delivery up after the third retry, and says which and why", async () => {
      const { bus, clock, log } = await prepare();
      const failing = recorder("failing", Infinity);
      bus.define([{ name: "games", subscribers: [failing] }]);
      const id = await bus.publish("games", { text: "x" });
      for (const ms of [0, 1_000, 2_000, 4_000, 60_000]) {
        clock.advance(ms);
        await settle();
      }
      expect(failing.received).toHaveLength(4);
      expect(log.entries).toMatchObject([
        {
          level: "error",
          event: "topic.delivery-failed",
          fields: { topic: "games", subscriber: "failing", messageId: id, attempts: 4 },
        },
      ]);
      expect(log.entries[0]?.fields.error).toEqual(new Error("failure 4"));
    });

    it("takes a subscriber that throws at once for one that failed", async () => {
      const { bus, clock } = await prepare();
      let calls = 0;
      const deliver = (): Promise<void> => {
        calls += 1;
        throw new Error("at once");
      };
      bus.define([{ name: "games", subscribers: [{ name: "a", deliver }] }]);
      await bus.publish("games", { text: "x" });
      await settle();
      clock.advance(1_000);
      await settle();
      expect(calls).toBe(2);
    });

    it("delivers to the subscribers named last, and what was accepted before still arrives", async () => {
      const { bus, clock } = await prepare();
      const [gone, old, replaced] = [recorder("gone", 1), recorder("stays", 1), recorder("stays")];
      const added = recorder("added");
      bus.define([
        { name: "games", subscribers: [gone, old] },
        { name: "other", subscribers: [] },
      ]);
      await bus.publish("games", { text: "1" });
      await settle();
      bus.define([{ name: "games", subscribers: [replaced, added] }]);
      await bus.publish("games", { text: "2" });
      clock.advance(1_000);
      await settle();
      const texts = ({ received }: Recorder): string[] => received.map(({ text }) => text).toSorted();
      expect([gone, old, replaced, added].map(texts)).toEqual([["1", "1"], ["1"], ["1", "2"], ["2"]]);
      await bus.publish("other", { text: "there still" });
    });

    it("counts bytes, not characters, and everything that a message holds", async () => {
      const { bus } = await prepare();
      bus.define([{ name: "games", subscribers: [] }]);
      await bus.publish("games", { text: "é".repeat(131_072) });
      const half = "x".repeat(131_072);
      await bus.publish("games", { text: "x", subject: half, attributes: { a: half.slice(2) } });
      const tooLarge = [
        { text: `${"é".repeat(131_072)}x` },
        { text: "x", subject: half, attributes: { a: half.slice(1) } },
      ];
      for (const message of tooLarge) {
        await expect(bus.publish("games", message)).rejects.toMatchObject({ code: "TOPIC_REQUEST_INVALID" });
      }
    });

    it("refuses unknown topics, messages that are none, and names given twice", async () => {
      const { bus } = await prepare();
      bus.define([{ name: "games", subscribers: [] }]);
      const refused = { code: "TOPIC_REQUEST_INVALID" };
      await expect(bus.publish("other", { text: "x" })).rejects.toMatchObject(refused);
      const bad = [
        {},
        { text: "" },
        { text: 1 },
        { text: "x", subject: 1 },
        { text: "x", attributes: { a: 1 } },
      ];
      for (const message of [...bad, { text: "x", attributes: null }, undefined]) {
        await expect(bus.publish("games", message as never)).rejects.toMatchObject(refused);
      }
      const a = recorder("a");
      const twice = [
        [
          { name: "new", subscribers: [] },
          { name: "new", subscribers: [] },
        ],
        [{ name: "new", subscribers: [a, a] }],
      ];
      for (const topics of twice) {
        expect(() => bus.define(topics)).toThrow(expect.objectContaining(refused));
      }
      await expect(bus.publish("new", { text: "x" })).rejects.toMatchObject(refused);
    });

    describe("closing", () => {
      it("waits for deliveries and their retries, and takes nothing new", async () => {
        const { bus, clock, log } = await prepare();
        const failing = recorder("failing", 1);
        bus.define([{ name: "games", subscribers: [failing] }]);
        await bus.publish("games", { text: "x" });
        await settle();
        let isClosed = false;
        const closing = bus.close(5_000).then(() => (isClosed = true));
        await expect(bus.publish("games", { text: "y" })).rejects.toMatchObject({ code: "STORE_FAILED" });
        await settle();
        expect(isClosed).toBe(false);
        clock.advance(1_000);
        await closing;
        expect(failing.received).toHaveLength(2);
        expect(log.entries).toEqual([]);
      });

      it("ends with the grace, reports what is given up, and tries it no more", async () => {
        const { bus, clock, log } = await prepare();
        const failing = recorder("failing", Infinity);
        bus.define([{ name: "games", subscribers: [failing] }]);
        const id = await bus.publish("games", { text: "x" });
        await settle();
        const closing = bus.close(1_500);
        for (const ms of [1_000, 500]) {
          clock.advance(ms);
          await settle();
        }
        await closing;
        await bus.close();
        clock.advance(60_000);
        await settle();
        expect(failing.received).toHaveLength(2);
        expect(log.entries).toMatchObject([
          {
            ...(opened[0]?.isKept === true
              ? { level: "info", event: "topic.deliveries-kept" }
              : { level: "error", event: "topic.deliveries-given-up" }),
            fields: { topic: "games", subscriber: "failing", deliveries: 1, messageIds: [id] },
          },
        ]);
      });
    });

    it("brings every message to every subscriber, whichever fail how often", async () => {
      const failures = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
      const property = fc.asyncProperty(failures, fc.integer({ min: 0, max: 30 }), async (all, count) => {
        const { bus, clock, log } = await prepare();
        const subscribers = all.map((times, at) => recorder(`s${at}`, times));
        bus.define([{ name: "games", subscribers }]);
        const ids: string[] = [];
        for (let at = 0; at < count; at += 1) ids.push(await bus.publish("games", { text: `${at}` }));
        for (const ms of [0, 1_000, 2_000, 4_000, 8_000]) {
          clock.advance(ms);
          await settle();
        }
        for (const [at, { received }] of subscribers.entries()) {
          const attempts = Math.min(4, (all[at] ?? 0) + 1);
          const expected = ids.flatMap((id) => Array.from({ length: attempts }, (_, n) => `${id} ${n + 1}`));
          expect(received.map(({ id, attempt }) => `${id} ${attempt}`).toSorted()).toEqual(
            expected.toSorted(),
          );
        }
        expect(log.entries).toHaveLength(count * all.filter((times) => times >= 4).length);
      });
      await expect(fc.assert(property, { numRuns: programs })).resolves.toBeUndefined();
    });
  });
}
