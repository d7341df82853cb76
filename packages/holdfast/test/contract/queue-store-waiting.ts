import { expect, it } from "vitest";

import {
  fifo,
  isSettled,
  prepareStores,
  queue,
  take,
  takeBodies,
  takeOne,
  type StoreOpener,
} from "./queue-store-fixture.ts";

/** Receivers that wait for messages. */
export function describeWaiting(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("waits for a message, and gives up with none when the time is over", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    const waiting = take(store, "jobs", { waitMs: 20_000 });
    expect(await isSettled(store, "jobs", waiting)).toBe(false);
    clock.advance(19_999);
    expect(await isSettled(store, "jobs", waiting)).toBe(false);
    clock.advance(1);
    expect(await waiting).toEqual([]);
  });

  it("gives a message that comes to one of those who wait", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    const waiting = [1, 2, 3].map(() => takeBodies(store, "jobs", { waitMs: 20_000 }));
    expect(await isSettled(store, "jobs", Promise.race(waiting))).toBe(false);
    await store.send("jobs", [{ body: "x" }]);
    expect(await Promise.race(waiting)).toEqual(["x"]);
    expect(await isSettled(store, "jobs", Promise.all(waiting))).toBe(false);
    clock.advance(20_000);
    expect((await Promise.all(waiting)).flat()).toEqual(["x"]);
  });

  it("wakes when a message becomes visible, or a delay is over", async () => {
    const { store, clock } = await prepare(queue("jobs"));
    await store.send("jobs", [{ body: "x", delayMs: 3_000 }]);
    for (const ms of [3_000, 5_000]) {
      const waiting = takeBodies(store, "jobs", { waitMs: 20_000, visibilityTimeoutMs: 5_000 });
      expect(await isSettled(store, "jobs", waiting)).toBe(false);
      clock.advance(ms - 1);
      expect(await isSettled(store, "jobs", waiting)).toBe(false);
      clock.advance(1);
      expect(await waiting).toEqual(["x"]);
    }
  });

  it("wakes when a message's visibility is ended, and when a group is free again", async () => {
    const { store } = await prepare(fifo("jobs.fifo"));
    await store.send("jobs.fifo", [
      { groupId: "g", body: "1" },
      { groupId: "g", body: "2" },
    ]);
    const first = await takeOne(store, "jobs.fifo", { maximum: 1 });
    const again = take(store, "jobs.fifo", { maximum: 1, waitMs: 20_000 });
    expect(await isSettled(store, "jobs.fifo", again)).toBe(false);
    await store.changeVisibility("jobs.fifo", [{ handle: first.handle, visibilityTimeoutMs: 0 }]);
    const [same] = await again;
    expect(same?.id).toBe(first.id);
    const next = takeBodies(store, "jobs.fifo", { waitMs: 20_000 });
    expect(await isSettled(store, "jobs.fifo", next)).toBe(false);
    await store.delete("jobs.fifo", [same?.handle ?? ""]);
    expect(await next).toEqual(["2"]);
  });

  it("stops waiting when the signal aborts, and takes nothing then", async () => {
    const { store } = await prepare(queue("jobs"));
    const abort = new AbortController();
    const waiting = store.receive("jobs", { maximum: 1, waitMs: 20_000 }, abort.signal);
    expect(await isSettled(store, "jobs", waiting)).toBe(false);
    abort.abort();
    expect(await waiting).toEqual([]);
    expect(await store.receive("jobs", { maximum: 1, waitMs: 20_000 }, abort.signal)).toEqual([]);
    await store.send("jobs", [{ body: "x" }]);
    expect(await takeBodies(store, "jobs")).toEqual(["x"]);
  });

  it("stops waiting when the store closes, and takes nothing new", async () => {
    const { store } = await prepare(queue("jobs"));
    const waiting = take(store, "jobs", { waitMs: 20_000 });
    expect(await isSettled(store, "jobs", waiting)).toBe(false);
    await store.close();
    expect(await waiting).toEqual([]);
    await expect(store.send("jobs", [{ body: "x" }])).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
}
