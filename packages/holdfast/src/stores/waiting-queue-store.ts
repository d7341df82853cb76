import type { Clock } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";
import type { Queue } from "../model/aws-resources.ts";
import type {
  NewMessage,
  QueueCounts,
  QueueStore,
  ReceiptOutcome,
  ReceivedMessage,
  ReceiveRequest,
  SentMessage,
  VisibilityChange,
} from "../ports/queue-store.ts";
import {
  checkChanges,
  checkMessages,
  checkQueues,
  checkReceive,
  queueRequestInvalid,
} from "./queue-request-check.ts";
import type { QueueAnswer, QueueRequest } from "./queue-requests.ts";
import { QueueWaiters } from "./queue-waiters.ts";

/** Where messages lie. Requests are carried out one after the other, in the order in which they are made. */
export interface QueueRecords {
  ask(request: QueueRequest): Promise<QueueAnswer>;
  close(): Promise<void>;
}

/** A queue store over records that never wait: it waits for them, wakes those who wait, and checks what is asked. */
export class WaitingQueueStore implements QueueStore {
  readonly #records: QueueRecords;
  readonly #clock: Clock;
  readonly #waiters: QueueWaiters;
  readonly #queues = new Map<string, Queue>();
  #isClosed = false;

  constructor(records: QueueRecords, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
    this.#waiters = new QueueWaiters(clock);
  }

  async define(queues: readonly Queue[]): Promise<void> {
    checkQueues(queues, (name) => this.#queues.has(name));
    await this.#ask({ kind: "define", queues }, "done");
    for (const queue of queues) this.#queues.set(queue.name, queue);
    this.#waiters.wakeAll();
  }

  async send(queue: string, messages: readonly NewMessage[]): Promise<readonly SentMessage[]> {
    checkMessages(this.#queue(queue), messages);
    const sent = await this.#ask({ kind: "send", queue, messages }, "sent");
    this.#waiters.wake(queue);
    return sent.messages;
  }

  async receive(
    queue: string,
    request: ReceiveRequest,
    signal?: AbortSignal,
  ): Promise<readonly ReceivedMessage[]> {
    this.#queue(queue);
    checkReceive(request);
    const untilMs = this.#clock.now() + request.waitMs;
    for (;;) {
      if (signal?.aborted === true) return [];
      // Begun before the look, so that nothing comes unnoticed between the two.
      const wait = this.#waiters.begin(queue, signal);
      try {
        const { messages, nextAtMs = untilMs } = await this.#take(queue, request);
        if (messages.length > 0 || this.#clock.now() >= untilMs) return messages;
        await wait.until(Math.min(nextAtMs, untilMs));
      } finally {
        wait.end();
      }
      if (this.#isClosed) return [];
    }
  }

  async delete(queue: string, handles: readonly string[]): Promise<readonly ReceiptOutcome[]> {
    const { fifo } = this.#queue(queue);
    const { outcomes } = await this.#ask({ kind: "delete", queue, handles }, "settled");
    // The next of its group is free.
    if (fifo) this.#waiters.wake(queue);
    return outcomes;
  }

  async changeVisibility(
    queue: string,
    changes: readonly VisibilityChange[],
  ): Promise<readonly ReceiptOutcome[]> {
    this.#queue(queue);
    checkChanges(changes);
    const { outcomes } = await this.#ask({ kind: "change", queue, changes }, "settled");
    this.#waiters.wake(queue);
    return outcomes;
  }

  async purge(queue: string): Promise<void> {
    this.#queue(queue);
    await this.#ask({ kind: "purge", queue }, "done");
  }

  async counts(queue: string): Promise<QueueCounts> {
    this.#queue(queue);
    const { counts } = await this.#ask({ kind: "count", queue }, "counted");
    return counts;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.wakeAll();
    await this.#records.close();
  }

  async #take(queue: string, { maximum, visibilityTimeoutMs }: ReceiveRequest) {
    const hidden = visibilityTimeoutMs === undefined ? {} : { visibilityTimeoutMs };
    const answer = await this.#ask({ kind: "receive", queue, maximum, ...hidden }, "received");
    if (answer.deadLettersIn !== undefined) this.#waiters.wake(answer.deadLettersIn);
    return answer;
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueRequestInvalid(`There is no queue ${name}`);
    return queue;
  }

  async #ask<Kind extends QueueAnswer["kind"]>(
    request: QueueRequest,
    kind: Kind,
  ): Promise<QueueAnswer & { readonly kind: Kind }> {
    if (this.#isClosed) throw new HoldfastError("STORE_FAILED", "The queue store is closed");
    const answer = await this.#records.ask(request);
    if (answer.kind === kind) return answer as QueueAnswer & { readonly kind: Kind };
    throw new HoldfastError("INTERNAL", `The queues answered "${answer.kind}" where "${kind}" was due`);
  }
}
