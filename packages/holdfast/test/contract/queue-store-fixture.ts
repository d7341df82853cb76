import { afterEach } from "vitest";

import { ManualClock } from "../../src/base/clock.ts";
import { memoryLog, type Log } from "../../src/base/log.ts";
import type { Queue } from "../../src/model/aws-resources.ts";
import type { QueueStore, ReceivedMessage, ReceiveRequest } from "../../src/ports/queue-store.ts";

/** Opens the kind of store that a suite is about. */
export interface StoreOpener {
  (options: { readonly clock: ManualClock; readonly log: Log }): Promise<OpenedStore>;
}

export interface OpenedStore {
  readonly store: QueueStore;
  /** Closes the store and opens what it left; absent where it leaves nothing. */
  readonly reopen?: () => Promise<QueueStore>;
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>;
}

export interface StoreBench extends OpenedStore {
  readonly clock: ManualClock;
}

export const startMs = Date.UTC(2026, 0, 1);

/** Opens stores, with these queues in them, that the end of each test disposes of. */
export function prepareStores(open: StoreOpener): (...queues: readonly Queue[]) => Promise<StoreBench> {
  const opened: OpenedStore[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.dispose()));
  });
  return async (...queues) => {
    const clock = new ManualClock(startMs);
    const one = await open({ clock, log: memoryLog() });
    opened.push(one);
    await one.store.define(queues);
    return { ...one, clock };
  };
}

export function queue(name: string, more: Partial<Queue> = {}): Queue {
  return {
    name,
    fifo: false,
    visibilityTimeoutMs: 30_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    waitMs: 0,
    maximumMessageBytes: 262_144,
    contentBasedDeduplication: false,
    ...more,
  };
}

export function fifo(name: string, more: Partial<Queue> = {}): Queue {
  return queue(name, { fifo: true, contentBasedDeduplication: true, ...more });
}

export function take(
  store: QueueStore,
  name: string,
  request: Partial<ReceiveRequest> = {},
): Promise<readonly ReceivedMessage[]> {
  return store.receive(name, { maximum: 10, waitMs: 0, ...request });
}

export async function takeBodies(
  store: QueueStore,
  name: string,
  request: Partial<ReceiveRequest> = {},
): Promise<readonly string[]> {
  return bodiesOf(await take(store, name, request));
}

export const bodiesOf = (messages: readonly ReceivedMessage[]): readonly string[] =>
  messages.map(({ body }) => body);

/** The one message that is there. */
export async function takeOne(
  store: QueueStore,
  name: string,
  request: Partial<ReceiveRequest> = {},
): Promise<ReceivedMessage> {
  const [message, ...others] = await take(store, name, request);
  if (message === undefined || others.length > 0) throw new Error("There is not one message");
  return message;
}

/** Whether it has come to an end by the time that the store has answered everything asked before. */
export async function isSettled(store: QueueStore, name: string, work: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  void work.finally(() => (isDone = true));
  for (let turn = 0; turn < 3; turn += 1) await store.counts(name);
  await new Promise((resolve) => setImmediate(resolve));
  return isDone;
}
