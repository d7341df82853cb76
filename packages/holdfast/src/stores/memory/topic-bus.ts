import { randomUUID } from "node:crypto";

import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { TopicBus, TopicDefinition, TopicMessage } from "../../ports/topic-bus.ts";
import { checkMessage, checkTopics, topicRequestInvalid } from "../topic-request-check.ts";
import { SubscriberQueue } from "./subscriber-queue.ts";
import { withDefaultLimits, type TopicLimits } from "./topic-limits.ts";

const defaultCloseGraceMs = 5_000;

export interface TopicBusOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<TopicLimits>;
}

/**
 * Topics within this process: what is pending when it ends is gone. A delivery that failed is tried again after 1 s,
 * 2 s and 4 s, then logged at error. A message is accepted for every subscriber or, with `TOPIC_OVERLOADED`, for none.
 */
export function createTopicBus({ clock, log, limits }: TopicBusOptions): TopicBus {
  return new MemoryTopicBus({ clock, log, limits: withDefaultLimits(limits) });
}

type Surroundings = ConstructorParameters<typeof SubscriberQueue>[2];

class MemoryTopicBus implements TopicBus {
  readonly #surroundings: Surroundings;
  /** By topic, then by subscriber. */
  readonly #topics = new Map<string, ReadonlyMap<string, SubscriberQueue>>();
  /** Every queue that may hold something, those of subscribers that are gone included. */
  readonly #queues = new Set<SubscriberQueue>();
  #closing: Promise<void> | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Topics that are not named stay. A subscriber that stays is delivered to by its new function, retries too. */
  define(topics: readonly TopicDefinition[]): void {
    this.#checkOpen();
    checkTopics(topics);
    for (const topic of topics) {
      const before = this.#topics.get(topic.name);
      const queues = new Map<string, SubscriberQueue>();
      for (const subscriber of topic.subscribers) {
        const queue = before?.get(subscriber.name);
        queue?.replaceSubscriber(subscriber);
        queues.set(subscriber.name, queue ?? new SubscriberQueue(topic, subscriber, this.#surroundings));
      }
      for (const [name, queue] of before ?? []) if (!queues.has(name)) this.#forgetWhenIdle(queue);
      for (const queue of queues.values()) this.#queues.add(queue);
      this.#topics.set(topic.name, queues);
    }
  }

  async publish(topic: string, message: TopicMessage): Promise<string> {
    this.#checkOpen();
    const queues = this.#topics.get(topic);
    if (queues === undefined) throw topicRequestInvalid(`There is no topic ${topic}`);
    const { message: checked, bytes } = checkMessage(message);
    for (const queue of queues.values()) queue.checkRoom(bytes);
    const publishedAtMs = this.#surroundings.clock.now();
    const accepted = { ...checked, id: checked.id ?? randomUUID(), topic, publishedAtMs };
    for (const queue of queues.values()) queue.add(accepted, bytes);
    return accepted.id;
  }

  close(graceMs = defaultCloseGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    if (graceMs > 0) await this.#wait(graceMs);
    for (const queue of this.#queues) queue.giveUp();
  }

  async #wait(graceMs: number): Promise<void> {
    const { promise: graceOver, resolve } = Promise.withResolvers<void>();
    const timer = this.#surroundings.clock.after(graceMs, resolve);
    await Promise.race([Promise.all([...this.#queues].map((queue) => queue.idle())), graceOver]);
    timer.cancel();
  }

  #forgetWhenIdle(queue: SubscriberQueue): void {
    void queue.idle().then(() => this.#queues.delete(queue));
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new HoldfastError("STORE_FAILED", "The topics are closed");
  }
}
