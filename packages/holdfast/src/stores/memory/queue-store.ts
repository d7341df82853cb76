import type { Clock } from "../../base/clock.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import { queueRequestInvalid } from "../queue-request-check.ts";
import type { QueueAnswer, QueueRequest } from "../queue-requests.ts";
import { WaitingQueueStore, type QueueRecords } from "../waiting-queue-store.ts";
import { MemoryQueue } from "./memory-queue.ts";

/** Queues in memory, gone with the process: the reference for the other stores, and for tests. */
export function createMemoryQueueStore(options: { readonly clock: Clock }): QueueStore {
  return new WaitingQueueStore(new MemoryQueueRecords(options.clock), options.clock);
}

class MemoryQueueRecords implements QueueRecords {
  readonly #clock: Clock;
  readonly #queues = new Map<string, MemoryQueue>();
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async ask(request: QueueRequest): Promise<QueueAnswer> {
    const nowMs = this.#clock.now();
    if (request.kind === "define") {
      for (const queue of request.queues) {
        const known = this.#queues.get(queue.name);
        if (known === undefined)
          this.#queues.set(queue.name, new MemoryQueue(queue, () => (this.#sequence += 1)));
        else known.definition = queue;
      }
      return { kind: "done" };
    }
    const queue = this.#queue(request.queue);
    switch (request.kind) {
      case "send":
        return { kind: "sent", messages: request.messages.map((message) => queue.send(message, nowMs)) };
      case "receive":
        return this.#receive(queue, request, nowMs);
      case "delete":
        return { kind: "settled", outcomes: request.handles.map((handle) => queue.delete(handle, nowMs)) };
      case "change":
        return {
          kind: "settled",
          outcomes: request.changes.map((one) =>
            queue.changeVisibility(one.handle, one.visibilityTimeoutMs, nowMs),
          ),
        };
      case "purge":
        queue.purge();
        return { kind: "done" };
      case "count":
        return { kind: "counted", counts: queue.counts(nowMs) };
    }
  }

  async close(): Promise<void> {}

  #receive(
    queue: MemoryQueue,
    request: QueueRequest & { readonly kind: "receive" },
    nowMs: number,
  ): QueueAnswer {
    const { deadLetter, visibilityTimeoutMs: usual } = queue.definition;
    let buried = 0;
    const messages = queue.receive(request.maximum, nowMs, request.visibilityTimeoutMs ?? usual, (letter) => {
      buried += 1;
      if (deadLetter !== undefined)
        this.#queue(deadLetter.queue).accept(letter, queue.definition.name, nowMs);
    });
    const nextAtMs = queue.nextAtMs(nowMs);
    return {
      kind: "received",
      messages,
      ...(nextAtMs !== undefined && { nextAtMs }),
      ...(buried > 0 && deadLetter !== undefined && { deadLettersIn: deadLetter.queue }),
    };
  }

  #queue(name: string): MemoryQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueRequestInvalid(`There is no queue ${name}`);
    return queue;
  }
}
