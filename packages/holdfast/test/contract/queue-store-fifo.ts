import { expect, it } from "vitest";

import {
  bodiesOf,
  fifo,
  isSettled,
  prepareStores,
  queue,
  startMs,
  take,
  takeBodies,
  takeOne,
  type StoreOpener,
} from "./queue-store-fixture.ts";

const invisibleMs = 30_000;

/** Order within groups, and what comes twice. */
export function describeFifo(open: StoreOpener): void {
  const prepare = prepareStores(open);
  const inGroup = (groupId: string, body: string) => ({ groupId, body });

  it("keeps the order, with numbers that rise", async () => {
    const { store } = await prepare(fifo("jobs.fifo"));
    const sent = await store.send(
      "jobs.fifo",
      ["c", "a", "b"].map((body) => inGroup("g", body)),
    );
    const numbers = sent.map(({ sequenceNumber }) => sequenceNumber ?? "");
    expect(numbers.every((one) => /^\d{20}$/.test(one))).toBe(true);
    expect(numbers.toSorted()).toEqual(numbers);
    const received = await take(store, "jobs.fifo");
    expect(bodiesOf(received)).toEqual(["c", "a", "b"]);
    expect(received.map(({ sequenceNumber }) => sequenceNumber)).toEqual(numbers);
    expect(received[0]).toMatchObject({ groupId: "g", deduplicationId: expect.any(String) as string });
  });

  it("gives nothing of a group while a message of it is out, and goes on with other groups", async () => {
    const { store, clock } = await prepare(fifo("jobs.fifo"));
    await store.send("jobs.fifo", [
      inGroup("a", "a1"),
      inGroup("a", "a2"),
      inGroup("b", "b1"),
      inGroup("a", "a3"),
    ]);
    const [first] = await take(store, "jobs.fifo", { maximum: 1 });
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["b1"]);
    await store.delete("jobs.fifo", [first?.handle ?? ""]);
    expect(await takeBodies(store, "jobs.fifo", { maximum: 1 })).toEqual(["a2"]);
    clock.advance(invisibleMs);
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["a2", "b1", "a3"]);
  });

  it("refuses to delete by a receipt whose time is over", async () => {
    const { store, clock } = await prepare(fifo("jobs.fifo"));
    await store.send("jobs.fifo", [inGroup("a", "x")]);
    const { handle } = await takeOne(store, "jobs.fifo");
    clock.advance(invisibleMs);
    expect(await store.delete("jobs.fifo", [handle])).toEqual(["expired"]);
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["x"]);
  });

  it("takes a deduplication id once in five minutes, whatever has become of its message", async () => {
    const { store, clock } = await prepare(fifo("jobs.fifo"));
    const message = (body: string) => ({ body, groupId: "g", deduplicationId: "one" });
    const [first] = await store.send("jobs.fifo", [message("1")]);
    const { handle } = await takeOne(store, "jobs.fifo");
    await store.delete("jobs.fifo", [handle]);
    clock.advance(299_999);
    expect(await store.send("jobs.fifo", [message("2"), message("3")])).toEqual([first, first]);
    expect(await take(store, "jobs.fifo")).toEqual([]);
    clock.advance(1);
    const [later] = await store.send("jobs.fifo", [message("4")]);
    expect(later?.id).not.toBe(first?.id);
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["4"]);
  });

  it("goes by the body where the queue says so, and by the id where there is one", async () => {
    const { store } = await prepare(fifo("jobs.fifo"));
    await store.send("jobs.fifo", [
      inGroup("g", "same"),
      inGroup("h", "same"),
      { ...inGroup("g", "same"), deduplicationId: "other" },
    ]);
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["same", "same"]);
  });
}

/** What was received too often. */
export function describeDeadLetters(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("moves what was received too often, whole, and tries it no more", async () => {
    const deadLetter = { queue: "dead", maximumReceives: 2 };
    const { store, clock } = await prepare(queue("jobs", { deadLetter }), queue("dead"));
    const attributes = { kind: { type: "String", value: "x" } };
    const [sent] = await store.send("jobs", [{ body: "bad", attributes }]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expect(await takeOne(store, "jobs")).toMatchObject({ receiveCount: attempt });
      clock.advance(invisibleMs);
    }
    await store.send("jobs", [{ body: "good" }]);
    expect(await takeBodies(store, "jobs")).toEqual(["good"]);
    expect(await store.counts("dead")).toMatchObject({ visible: 1 });
    expect(await takeOne(store, "dead")).toMatchObject({
      id: sent?.id,
      body: "bad",
      attributes,
      receiveCount: 1,
      sentAtMs: startMs,
      deadLetterOf: "jobs",
    });
  });

  it("goes on with a FIFO group behind its dead letter, whose time begins anew", async () => {
    const deadLetter = { queue: "dead.fifo", maximumReceives: 1 };
    const { store, clock } = await prepare(fifo("jobs.fifo", { deadLetter }), fifo("dead.fifo"));
    await store.send("jobs.fifo", [
      { groupId: "g", body: "bad" },
      { groupId: "g", body: "good" },
    ]);
    expect(await takeBodies(store, "jobs.fifo", { maximum: 1 })).toEqual(["bad"]);
    clock.advance(invisibleMs);
    expect(await takeBodies(store, "jobs.fifo")).toEqual(["good"]);
    expect(await takeOne(store, "dead.fifo")).toMatchObject({ body: "bad", sentAtMs: startMs + invisibleMs });
  });

  it("wakes those who wait for dead letters", async () => {
    const deadLetter = { queue: "dead", maximumReceives: 1 };
    const { store, clock } = await prepare(queue("jobs", { deadLetter }), queue("dead"));
    await store.send("jobs", [{ body: "bad" }]);
    const waiting = takeBodies(store, "dead", { waitMs: 20_000 });
    await takeOne(store, "jobs", { visibilityTimeoutMs: 1_000 });
    clock.advance(1_000);
    expect(await isSettled(store, "dead", waiting)).toBe(false);
    expect(await take(store, "jobs")).toEqual([]);
    expect(await waiting).toEqual(["bad"]);
  });
}
