import type { AppModel } from "../../model/app-model.ts";
import type { Queue } from "../../model/aws-resources.ts";
import { EventPatternError } from "../../model/event-pattern-error.ts";
import {
  QueuePoller,
  type QueueEventSource,
  type QueuePollersOptions,
} from "./queue-pollers/queue-poller.ts";

export type { QueuePollersOptions };

/** How long the functions that run may take to end. */
const closeGraceMs = 5_000;

/** Feeds functions from queues, as an app's event sources say. */
export class QueuePollers {
  readonly #options: QueuePollersOptions;
  /** By what they do, so that one that goes on doing it is left alone. */
  #pollers: ReadonlyMap<string, QueuePoller> = new Map();
  /** Those that are on their way out. */
  readonly #stopping = new Set<Promise<void>>();

  constructor(options: QueuePollersOptions) {
    this.#options = options;
  }

  /** From now on these are fed. The store knows their queues. Sources that are no more finish the batch they have. */
  define({ eventSources, queues }: Pick<AppModel, "eventSources" | "queues">): void {
    const before = this.#pollers;
    const pollers = new Map<string, QueuePoller>();
    for (const { source, ...rest } of eventSources) {
      if (source.kind !== "queue") continue;
      const queue = queues.find(({ name }) => name === source.queue);
      if (queue === undefined) continue;
      const key = JSON.stringify({ source, ...rest, visibilityTimeoutMs: queue.visibilityTimeoutMs });
      const poller = pollers.get(key) ?? before.get(key) ?? this.#start(queue, { source, ...rest });
      if (poller !== undefined) pollers.set(key, poller);
    }
    this.#pollers = pollers;
    for (const [key, poller] of before) if (!pollers.has(key)) this.#stop(poller);
  }

  /**
   * Takes nothing more, and resolves once the functions that run have ended, at the latest after `graceMs`: what they do
   * not finish comes again.
   */
  async close(graceMs: number = closeGraceMs): Promise<void> {
    for (const poller of this.#pollers.values()) this.#stop(poller);
    this.#pollers = new Map();
    let cancel = (): void => {};
    const grace = new Promise<void>((resolve) => {
      const timer = this.#options.clock.after(graceMs, resolve);
      cancel = () => timer.cancel();
    });
    await Promise.race([Promise.all(this.#stopping), grace]).finally(() => cancel());
  }

  /** A pattern that is none would let the wrong messages through: nothing is better than that. */
  #start(queue: Queue, source: QueueEventSource): QueuePoller | undefined {
    try {
      return new QueuePoller(this.#options, queue, source);
    } catch (error) {
      if (!(error instanceof EventPatternError)) throw error;
      const message = `The queue ${queue.name} does not feed ${source.function}: ${error.message}`;
      this.#options.log("error", "queue.filter-invalid", { message });
      return undefined;
    }
  }

  #stop(poller: QueuePoller): void {
    const stopping = poller.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }
}
