import { describe, expect, it } from "vitest";

import {
  bodiesOf,
  fifo,
  prepareStores,
  queue,
  startMs,
  take,
  takeBodies,
  takeOne,
  type StoreOpener,
} from "./queue-store-fixture.ts";
import { describeDeadLetters, describeFifo } from "./queue-store-fifo.ts";
import { describeQueueRefusals } from "./queue-store-refusals.ts";
import { describeWaiting } from "./queue-store-waiting.ts";

const invisibleMs = 30_000;

/** The duties of a `QueueStore`, held against one kind of it. */
export function describeQueueStore(name: string, open: StoreOpener): void {
  describe(`duties of ${name}`, () => {
    describeMessages(open);
    describeVisibility(open);
    describeFifo(open);
    describeDeadLetters(open);
    describeWaiting(open);
    describeQueueRefusals(open);
    describeState(open);
  });
}

function describeMessages(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("gives a message back whole, with what is known of it", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    const message = {
      body: "höi\n✓",
      attributes: { kind: { type: "String", value: "ä" }, raw: { type: "Binary.png", value: "AAE=" } },
      groupId: "fair",
      senderId: "AIDA",
      traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
    };
    const [sent] = await store.send("jobs", [message]);
    clock.advance(5);
    const received = await takeOne(store, "jobs");
    expect(received).toEqual({
      ...message,
      id: sent?.id,
      handle: expect.any(String) as string,
      receiveCount: 1,
      sentAtMs: startMs,
      firstReceivedAtMs: startMs + 5,
    });
    clock.advance(invisibleMs);
    const again = await takeOne(store, "jobs");
    expect(again).toEqual({ ...received, handle: again.handle, receiveCount: 2 });
    expect(again.handle).not.toBe(received.handle);
  });

  it("keeps queues apart, and gives each message an id of its own", async () => {
    const { store } = await prepare(queue("a"), queue("b"));
    const ids = await Promise.all(["a", "a", "b"].map((one) => store.send(one, [{ body: one }])));
    expect(new Set(ids.flat().map(({ id }) => id)).size).toBe(3);
    expect(await takeBodies(store, "a")).toEqual(["a", "a"]);
    expect(await takeBodies(store, "b")).toEqual(["b"]);
  });

  it("takes a batch in its order, and gives no more than is asked for", async () => {
    const { store } = await prepare(queue("jobs"));
    const bodies = ["1", "2", "3", "4", "5"];
    const sent = await store.send(
      "jobs",
      bodies.map((body) => ({ body })),
    );
    const first = await take(store, "jobs", { maximum: 2 });
    const others = await take(store, "jobs");
    expect([...first, ...others].map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    expect(bodiesOf(first)).toEqual(["1", "2"]);
    expect(await take(store, "jobs")).toEqual([]);
  });

  it("gives more than ten where they are wanted", async () => {
    const { store } = await prepare(queue("jobs"));
    for (let at = 0; at < 3; at += 1) await store.send("jobs", Array(10).fill({ body: "x" }));
    expect(await take(store, "jobs", { maximum: 25 })).toHaveLength(25);
  });

  it("holds messages up as long as the queue, or they themselves, are delayed", async () => {
    const { store, clock } = await prepare(queue("jobs", { delayMs: 2_000 }));
    await store.send("jobs", [
      { body: "queue's" },
      { body: "none", delayMs: 0 },
      { body: "own", delayMs: 5_000 },
    ]);
    expect(await takeBodies(store, "jobs", { visibilityTimeoutMs: 60_000 })).toEqual(["none"]);
    expect(await store.counts("jobs")).toEqual({ visible: 0, inFlight: 1, delayed: 2 });
    clock.advance(1_999);
    expect(await take(store, "jobs")).toEqual([]);
    clock.advance(1);
    expect(await takeBodies(store, "jobs")).toEqual(["queue's"]);
    clock.advance(3_000);
    expect(await takeBodies(store, "jobs")).toEqual(["own"]);
  });

  it("forgets messages that are older than the queue keeps them, those that are out as well", async () => {
    const { store, clock } = await prepare(queue("jobs", { retentionMs: 60_000 }));
    await store.send("jobs", [{ body: "out" }]);
    const { handle } = await takeOne(store, "jobs", { visibilityTimeoutMs: 3_600_000 });
    clock.advance(1);
    await store.send("jobs", [{ body: "younger" }]);
    clock.advance(59_999);
    expect(await store.counts("jobs")).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(await store.delete("jobs", [handle])).toEqual(["gone"]);
    clock.advance(1);
    expect(await take(store, "jobs")).toEqual([]);
  });

  it("counts what is visible, what is out and what is delayed, and empties a queue of all of it", async () => {
    const { store } = await prepare(queue("jobs"), queue("other"));
    await store.send("jobs", [{ body: "1" }, { body: "2" }, { body: "3" }, { body: "4", delayMs: 1_000 }]);
    await store.send("other", [{ body: "stays" }]);
    const [out] = await take(store, "jobs", { maximum: 1 });
    expect(await store.counts("jobs")).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
    await store.purge("jobs");
    expect(await store.counts("jobs")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await store.delete("jobs", [out?.handle ?? ""])).toEqual(["gone"]);
    expect(await takeBodies(store, "other")).toEqual(["stays"]);
  });
}

function describeVisibility(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("shows a message again when its time is over, and not before", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "a" }, { body: "b" }]);
    await take(store, "jobs", { maximum: 1 });
    await take(store, "jobs", { maximum: 1, visibilityTimeoutMs: 10_000 });
    clock.advance(9_999);
    expect(await take(store, "jobs")).toEqual([]);
    clock.advance(1);
    expect(await takeBodies(store, "jobs")).toEqual(["b"]);
    clock.advance(20_000);
    // In the order in which they became visible.
    expect(await takeBodies(store, "jobs")).toEqual(["a"]);
  });

  it("deletes by the last receipt only, and says what became of the others", async () => {
    const { store, clock } = await prepare(queue("jobs"), queue("other"));
    await store.send("jobs", [{ body: "x" }]);
    const first = await takeOne(store, "jobs");
    clock.advance(invisibleMs);
    const second = await takeOne(store, "jobs");
    expect(await store.delete("other", [second.handle])).toEqual(["unknown"]);
    expect(await store.delete("jobs", [first.handle, "nonsense", second.handle, second.handle])).toEqual([
      "expired",
      "unknown",
      "done",
      "gone",
    ]);
    clock.advance(invisibleMs);
    expect(await take(store, "jobs")).toEqual([]);
  });

  it("deletes what is visible again, as long as nobody else has received it", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "x" }]);
    const { handle } = await takeOne(store, "jobs");
    clock.advance(invisibleMs);
    expect(await store.delete("jobs", [handle])).toEqual(["done"]);
    expect(await take(store, "jobs")).toEqual([]);
  });

  it("never gives a handle's message another one's place", async () => {
    const { store } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "old" }]);
    const { handle } = await takeOne(store, "jobs");
    await store.delete("jobs", [handle]);
    await store.send("jobs", [{ body: "new" }]);
    await takeOne(store, "jobs");
    expect(await store.delete("jobs", [handle])).toEqual(["gone"]);
    expect(await store.counts("jobs")).toMatchObject({ inFlight: 1 });
  });

  it("changes how long messages are out, from now on", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "longer" }, { body: "shorter" }, { body: "at once" }]);
    const [longer, shorter, atOnce] = await take(store, "jobs");
    const change = (handle = "", visibilityTimeoutMs: number) => ({ handle, visibilityTimeoutMs });
    clock.advance(10_000);
    expect(
      await store.changeVisibility("jobs", [
        change(longer?.handle, 60_000),
        change(shorter?.handle, 1_000),
        change(atOnce?.handle, 0),
        change("nonsense", 0),
      ]),
    ).toEqual(["done", "done", "done", "unknown"]);
    expect(await takeBodies(store, "jobs", { visibilityTimeoutMs: 600_000 })).toEqual(["at once"]);
    clock.advance(1_000);
    expect(await takeBodies(store, "jobs", { visibilityTimeoutMs: 600_000 })).toEqual(["shorter"]);
    clock.advance(58_999);
    expect(await take(store, "jobs")).toEqual([]);
    clock.advance(1);
    expect(await takeBodies(store, "jobs")).toEqual(["longer"]);
  });

  it("changes nothing about messages that are visible, received again, or gone", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "x" }]);
    const { handle } = await takeOne(store, "jobs");
    clock.advance(invisibleMs);
    const changes = [{ handle, visibilityTimeoutMs: 0 }];
    expect(await store.changeVisibility("jobs", changes)).toEqual(["expired"]);
    const again = await takeOne(store, "jobs");
    expect(await store.changeVisibility("jobs", changes)).toEqual(["expired"]);
    await store.delete("jobs", [again.handle]);
    expect(await store.changeVisibility("jobs", changes)).toEqual(["gone"]);
  });
}

function describeState(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("keeps what is in a queue that is defined again, and goes by its new description", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "x" }]);
    await store.define([queue("jobs", { visibilityTimeoutMs: 1_000 }), queue("more")]);
    expect(await takeBodies(store, "jobs")).toEqual(["x"]);
    clock.advance(1_000);
    await store.define([queue("more")]);
    expect(await takeBodies(store, "jobs")).toEqual(["x"]);
  });

  it("has everything again when it is opened again", async (context) => {
    const definitions = [queue("jobs"), fifo("jobs.fifo")];
    const { store, reopen, clock } = await prepare(...definitions);
    if (reopen === undefined) return context.skip("it leaves nothing");
    await store.send("jobs", [{ body: "out" }, { body: "visible" }]);
    const [out] = await take(store, "jobs", { maximum: 1 });
    const [first] = await store.send("jobs.fifo", [{ body: "x", groupId: "g" }]);
    const again = await reopen();
    await again.define(definitions);
    expect(await takeBodies(again, "jobs")).toEqual(["visible"]);
    expect(await again.delete("jobs", [out?.handle ?? ""])).toEqual(["done"]);
    expect(await again.send("jobs.fifo", [{ body: "x", groupId: "g" }])).toEqual([first]);
    clock.advance(invisibleMs);
    expect(await takeBodies(again, "jobs")).toEqual(["visible"]);
  });
}
