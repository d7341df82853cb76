import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { EventSource, Queue } from "../../../model/aws-resources.ts";
import { toAwsQueueRecord, type QueueRecord } from "../../../model/aws-queue-event.ts";
import { messageBytes } from "../../../model/queue-message.ts";
import type { QueueStore, ReceivedMessage } from "../../../ports/queue-store.ts";
import { failedOf } from "./batch-failures.ts";
import { createQueueFilter, type QueueFilter } from "./queue-filter.ts";

export interface QueuePollersOptions {
  readonly queues: QueueStore;
  /** Runs a function and resolves with what it returned. Rejects with what it threw. */
  readonly run: (name: string, source: "queue", routeKey: string, payload: unknown) => Promise<unknown>;
  readonly place: { readonly region: string; readonly accountId: string };
  readonly clock: Clock;
  readonly log: Log;
}

export type QueueEventSource = EventSource & { readonly source: { readonly kind: "queue" } };

/** How many batches of a source are on their way at a time. Lambda begins with five. */
const concurrentBatches = 2;
/** The longest that SQS waits. */
const longestWaitMs = 20_000;
/** As many as SQS gives at a time. */
const messagesAtATime = 10;
/** Of the messages of an invocation: Lambda's bound is 6 MB, of the whole event. */
const batchBytes = 5_000_000;
/** How long to leave a store in peace that fails. */
const pauseMs = 1_000;

/** Feeds one function from one queue. */
export class QueuePoller {
  readonly #options: QueuePollersOptions;
  readonly #queue: Queue;
  readonly #source: QueueEventSource;
  readonly #filter: QueueFilter;
  readonly #stop = new AbortController();
  readonly #loops: Promise<unknown>;
  #gathering: Promise<unknown> = Promise.resolve();

  /** Throws `EventPatternError`. */
  constructor(options: QueuePollersOptions, queue: Queue, source: QueueEventSource) {
    this.#options = options;
    this.#queue = queue;
    this.#source = source;
    this.#filter = createQueueFilter(source.filters);
    this.#loops = Promise.all(Array.from({ length: concurrentBatches }, () => this.#poll()));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loops;
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #poll(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const batch = await this.#gatherInTurn();
        if (this.#isStopped) await this.#giveBack(batch);
        else await this.#feed(batch);
      } catch (error) {
        if (this.#isStopped) return;
        const message = `The queue ${this.#queue.name} cannot be read`;
        this.#options.log("error", "queue.poll-failed", { message, error });
        await this.#pause();
      }
    }
  }

  /** One batch is gathered at a time: two would take each other's messages while their windows are open. */
  #gatherInTurn(): Promise<readonly ReceivedMessage[]> {
    const gathering = this.#gathering.then(() => this.#gather());
    this.#gathering = gathering.catch(() => {});
    return gathering;
  }

  /** Waits for a first message, and, as long as the window is open, for as many as make a batch. */
  async #gather(): Promise<readonly ReceivedMessage[]> {
    const { batchSize, windowMs } = this.#source;
    const batch: ReceivedMessage[] = [];
    let endMs: number | undefined;
    for (;;) {
      const leftMs = endMs === undefined ? longestWaitMs : Math.max(0, endMs - this.#options.clock.now());
      const received = await this.#receive(batchSize - batch.length, Math.min(leftMs, longestWaitMs));
      batch.push(...received);
      if (batch.length === 0) return batch;
      endMs ??= this.#options.clock.now() + windowMs;
      const isFull = batch.length >= batchSize || sizeOf(batch) >= batchBytes;
      const isOver = this.#options.clock.now() >= endMs && received.length < messagesAtATime;
      if (isFull || isOver || this.#isStopped) return batch;
    }
  }

  #receive(maximum: number, waitMs: number): Promise<readonly ReceivedMessage[]> {
    const request = { maximum: Math.min(maximum, messagesAtATime), waitMs };
    return this.#options.queues.receive(this.#queue.name, request, this.#stop.signal);
  }

  async #feed(messages: readonly ReceivedMessage[]): Promise<void> {
    const { region, accountId } = this.#options.place;
    const entries = messages.map((message) => ({
      message,
      record: toAwsQueueRecord(message, { queue: this.#queue.name, region, accountId }),
    }));
    // What fits no filter is done with (documented).
    const passedOver = entries.filter(({ record }) => !this.#filter(record));
    await this.#delete(passedOver.map(({ message }) => message));
    for (const batch of splitBySize(entries.filter((one) => !passedOver.includes(one))))
      await this.#invoke(batch);
  }

  /** What fails stays until it is visible again, and goes to the dead letters in the end: the queue sees to that. */
  async #invoke(batch: readonly Entry[]): Promise<void> {
    const { function: name, partialFailures } = this.#source;
    const failed = await this.#options
      .run(name, "queue", `queue ${this.#queue.name}`, { Records: batch.map(({ record }) => record) })
      .then(
        (answer) =>
          partialFailures ? failedOf(answer, new Set(batch.map(({ message }) => message.id))) : none,
        (error: unknown) => this.#noteFailure(error, batch.length),
      );
    const done = failed === "all" ? [] : batch.filter(({ message }) => !failed.has(message.id));
    await this.#delete(done.map(({ message }) => message));
    if (failed !== "all" && failed.size > 0) this.#noteFailure(undefined, failed.size);
  }

  #noteFailure(error: unknown, count: number): "all" {
    const { name, visibilityTimeoutMs } = this.#queue;
    const messages = count === 1 ? "a message" : `${count} messages`;
    this.#options.log("warn", "queue.batch-failed", {
      message: `${this.#source.function} failed with ${messages} of queue ${name}, visible again within ${visibilityTimeoutMs / 1_000} s`,
      ...(error !== undefined && { error }),
    });
    return "all";
  }

  async #delete(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#options.queues.delete(
      this.#queue.name,
      messages.map(({ handle }) => handle),
    );
  }

  /** Whoever comes next need not wait for them. */
  async #giveBack(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#options.queues.changeVisibility(
      this.#queue.name,
      messages.map(({ handle }) => ({ handle, visibilityTimeoutMs: 0 })),
    );
  }

  /** Ends at once when the poller stops. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(pauseMs, resolve);
      this.#stop.signal.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
  }
}

interface Entry {
  readonly message: ReceivedMessage;
  readonly record: QueueRecord;
}

const none: ReadonlySet<string> = new Set();

function sizeOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((sum, message) => sum + messageBytes(message), 0);
}

/** In their order, as many to an invocation as its event holds. */
function splitBySize(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const own = messageBytes(entry.message);
    bytes += own;
    if (bytes > batchBytes) {
      batches.push([]);
      bytes = own;
    }
    batches.at(-1)?.push(entry);
  }
  return batches;
}
