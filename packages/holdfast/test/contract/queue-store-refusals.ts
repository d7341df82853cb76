import { expect, it } from "vitest";

import type { NewMessage } from "../../src/ports/queue-store.ts";
import { fifo, prepareStores, queue, take, type StoreOpener } from "./queue-store-fixture.ts";

const refused = { code: "QUEUE_REQUEST_INVALID" };

/** What no queue store takes. */
export function describeQueueRefusals(open: StoreOpener): void {
  const prepare = prepareStores(open);

  it("knows no queues but those that were defined", async () => {
    const { store } = await prepare(queue("jobs"));
    for (const call of [
      store.send("other", [{ body: "x" }]),
      take(store, "other"),
      store.delete("other", []),
      store.changeVisibility("other", []),
      store.purge("other"),
      store.counts("other"),
    ]) {
      await expect(call).rejects.toMatchObject(refused);
    }
  });

  it("refuses two queues of one name, and dead letters that go nowhere", async () => {
    const { store } = await prepare(queue("jobs"));
    const deadLetter = { queue: "nowhere", maximumReceives: 1 };
    for (const queues of [[queue("a"), queue("a")], [queue("a", { deadLetter })]])
      await expect(store.define(queues)).rejects.toMatchObject(refused);
    await store.define([queue("a", { deadLetter: { queue: "jobs", maximumReceives: 1 } })]);
  });

  it("weighs body and attributes in bytes, and takes exactly as many as the queue does", async () => {
    const { store } = await prepare(queue("jobs", { maximumMessageBytes: 1_024 }));
    const attributes = { kind: { type: "Binary", value: Buffer.alloc(990).toString("base64") } };
    // 4 of the name, 6 of the type, 990 of the value.
    await store.send("jobs", [{ body: "é".repeat(512) }, { body: "é".repeat(12), attributes }]);
    for (const message of [{ body: `${"é".repeat(512)}x` }, { body: `${"é".repeat(12)}x`, attributes }])
      await expect(store.send("jobs", [message])).rejects.toMatchObject(refused);
  });

  it("takes all of a batch or nothing", async () => {
    const { store } = await prepare(queue("jobs"));
    await expect(store.send("jobs", [{ body: "x" }, { body: "" }])).rejects.toMatchObject(refused);
    for (const count of [0, 11])
      await expect(store.send("jobs", Array(count).fill({ body: "x" }))).rejects.toMatchObject(refused);
    expect(await store.counts("jobs")).toMatchObject({ visible: 0 });
  });

  it("wants of messages what their kind of queue goes by", async () => {
    const byId = fifo("by-id.fifo", { contentBasedDeduplication: false });
    const { store } = await prepare(queue("jobs"), fifo("jobs.fifo"), byId);
    const wrong: readonly (readonly [string, NewMessage])[] = [
      ["jobs", { body: "x", deduplicationId: "d" }],
      ["jobs", { body: "x", delayMs: 900_001 }],
      ["jobs", { body: "x", delayMs: -1 }],
      ["jobs.fifo", { body: "x" }],
      ["jobs.fifo", { body: "x", groupId: "g", delayMs: 1 }],
      ["by-id.fifo", { body: "x", groupId: "g" }],
    ];
    for (const [name, message] of wrong)
      await expect(store.send(name, [message])).rejects.toMatchObject(refused);
  });

  it("keeps waits, visibility and numbers within AWS's bounds", async () => {
    const { store } = await prepare(queue("jobs"));
    const wrong = [{ maximum: 0 }, { maximum: 1.5 }, { waitMs: 20_001 }, { visibilityTimeoutMs: 43_200_001 }];
    for (const request of wrong) await expect(take(store, "jobs", request)).rejects.toMatchObject(refused);
    await expect(
      store.changeVisibility("jobs", [{ handle: "x", visibilityTimeoutMs: -1 }]),
    ).rejects.toMatchObject(refused);
  });
}
