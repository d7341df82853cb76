import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { QueueStore, ReceivedMessage } from "../../src/ports/queue-store.ts";
import { createMemoryQueueStore } from "../../src/stores/memory/queue-store.ts";
import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";
import { fifo, queue, startMs } from "./queue-store-fixture.ts";
import { shareCompiledThreads } from "./thread-cache.ts";

const queues = [
  queue("jobs", {
    visibilityTimeoutMs: 20,
    delayMs: 5,
    retentionMs: 200,
    deadLetter: { queue: "dead", maximumReceives: 2 },
  }),
  queue("dead"),
  fifo("jobs.fifo", { visibilityTimeoutMs: 20, deadLetter: { queue: "dead.fifo", maximumReceives: 3 } }),
  fifo("dead.fifo"),
];
const names = queues.map(({ name }) => name);

type Step =
  | {
      readonly do: "send";
      readonly queue: string;
      readonly bodies: readonly string[];
      readonly delayMs: number;
    }
  | { readonly do: "receive"; readonly queue: string; readonly maximum: number }
  | { readonly do: "delete" | "show" | "hide"; readonly receipt: number }
  | { readonly do: "purge"; readonly queue: string }
  | { readonly do: "wait"; readonly ms: number };

const anyQueue = fc.constantFrom(...names);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      queue: anyQueue,
      bodies: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 3 }),
      delayMs: fc.nat(20),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("receive" as const),
      queue: anyQueue,
      maximum: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("delete", "show", "hide"), receipt: fc.nat(200) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const), queue: anyQueue }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(40) }) },
);

shareCompiledThreads();

test("both queue stores do the same, whatever the program", async () => {
  const property = fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
    const clock = new ManualClock(startMs);
    const stores = [
      createMemoryQueueStore({ clock }),
      await openSqliteQueueStore({ file: join(folder, "queues.db"), clock, log: silentLog }),
    ] as const;
    try {
      const [memory, sqlite] = [new Run(stores[0], clock), new Run(stores[1], clock)];
      for (const store of stores) await store.define(queues);
      for (const step of steps) {
        const told = await memory.carryOut(step);
        expect(await sqlite.carryOut(step)).toEqual(told);
        if (step.do === "wait") clock.advance(step.ms);
        for (const name of names) expect(await stores[1].counts(name)).toEqual(await stores[0].counts(name));
      }
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true });
    }
  });
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
});

/** A program's run on one store. Ids differ from store to store: messages go by their numbers, in the order of ids. */
class Run {
  readonly #store: QueueStore;
  readonly #clock: ManualClock;
  readonly #ids: string[] = [];
  readonly #receipts: { readonly queue: string; readonly handle: string }[] = [];

  constructor(store: QueueStore, clock: ManualClock) {
    this.#store = store;
    this.#clock = clock;
  }

  async carryOut(step: Step): Promise<unknown> {
    switch (step.do) {
      case "send":
        return this.#send(step);
      case "receive": {
        const received = await this.#store.receive(step.queue, { maximum: step.maximum, waitMs: 0 });
        this.#receipts.push(...received.map(({ handle }) => ({ queue: step.queue, handle })));
        return received.map((one) => this.#mask(one));
      }
      case "purge":
        return this.#store.purge(step.queue);
      case "wait":
        return this.#clock.now();
      default:
        return this.#settle(step.do, step.receipt);
    }
  }

  async #send({ queue: name, bodies, delayMs }: Step & { readonly do: "send" }): Promise<unknown> {
    const isFifo = name.endsWith(".fifo");
    const sent = await this.#store.send(
      name,
      bodies.map((body) => ({ body, ...(isFifo ? { groupId: body < "d" ? "low" : "high" } : { delayMs }) })),
    );
    return sent.map(({ id, ...rest }) => ({ number: this.#numberOf(id), ...rest }));
  }

  async #settle(what: "delete" | "show" | "hide", receipt: number): Promise<unknown> {
    const found = this.#receipts[receipt % Math.max(1, this.#receipts.length)];
    if (found === undefined) return "no receipt";
    if (what === "delete") return this.#store.delete(found.queue, [found.handle]);
    const visibilityTimeoutMs = what === "show" ? 0 : 50;
    return this.#store.changeVisibility(found.queue, [{ handle: found.handle, visibilityTimeoutMs }]);
  }

  #mask({ id, ...message }: ReceivedMessage): unknown {
    return { ...message, number: this.#numberOf(id) };
  }

  #numberOf(id: string): number {
    if (!this.#ids.includes(id)) this.#ids.push(id);
    return this.#ids.indexOf(id);
  }
}
