import { randomUUID } from "node:crypto";

import { HoldfastError } from "../base/errors.ts";
import type { TopicBus, TopicDefinition, TopicMessage } from "../ports/topic-bus.ts";
import type { AcceptedMessage, DeliveryJournal, KeptMessage } from "./delivery-journal.ts";
import { SubscriberQueue, type QueueSurroundings } from "./subscriber-queue.ts";
import { checkMessage, checkTopics, topicRequestInvalid } from "./topic-request-check.ts";

const defaultCloseGraceMs = 5_000;

export interface BusSurroundings extends Omit<QueueSurroundings, "isKept"> {
  /** Absent: what is pending when the process ends is gone. */
  readonly journal?: DeliveryJournal;
}

/** Delivers within this process. What is published is in the journal, where there is one, before `publish` resolves. */
export class DeliveringTopicBus implements TopicBus {
  readonly #surroundings: QueueSurroundings;
  readonly #journal: DeliveryJournal | undefined;
  /** By topic, then by subscriber. */
  readonly #topics = new Map<string, ReadonlyMap<string, SubscriberQueue>>();
  /** Every queue that may hold something, those of subscribers that are gone included. */
  readonly #queues = new Set<SubscriberQueue>();
  #closing: Promise<void> | undefined;

  constructor({ journal, ...surroundings }: BusSurroundings) {
    this.#surroundings = { ...surroundings, isKept: journal !== undefined };
    this.#journal = journal;
  }

  /**
   * Topics that are not named stay. A subscriber that stays is delivered to by its new function, retries too; one that
   * comes gets what an earlier run left for it.
   */
  define(topics: readonly TopicDefinition[]): void {
    this.#checkOpen();
    checkTopics(topics);
    for (const topic of topics) {
      const before = this.#topics.get(topic.name);
      const queues = new Map<string, SubscriberQueue>();
      for (const subscriber of topic.subscribers) {
        const known = before?.get(subscriber.name);
        known?.replaceSubscriber(subscriber);
        const queue = known ?? new SubscriberQueue(topic, subscriber, this.#surroundings);
        queues.set(subscriber.name, queue);
        this.#takeLeft(topic.name, subscriber.name, queue);
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
    // They take their room now: others publish while the journal writes.
    const deliveries = [...queues].map(([name, queue]) => {
      const delivery = queue.reserve(accepted, bytes);
      return {
        begin: (kept?: KeptMessage) => queue.begin(delivery, () => kept?.settled(name)),
        queue,
        delivery,
      };
    });
    const kept = await this.#keep(accepted, [...queues.keys()]).catch((error: unknown) => {
      for (const { queue, delivery } of deliveries) queue.withdraw(delivery);
      throw error;
    });
    for (const { begin } of deliveries) begin(kept);
    return accepted.id;
  }

  pendingDeliveries(): number {
    return [...this.#queues].reduce((sum, queue) => sum + queue.pendingCount, 0);
  }

  close(graceMs = defaultCloseGraceMs): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #keep(message: AcceptedMessage, subscribers: readonly string[]): Promise<KeptMessage | undefined> {
    return subscribers.length === 0 ? undefined : this.#journal?.keep(message, subscribers);
  }

  /** Whether there is room was asked when it was published. */
  #takeLeft(topic: string, subscriber: string, queue: SubscriberQueue): void {
    for (const { message, bytes, kept } of this.#journal?.claim(topic, subscriber) ?? [])
      queue.begin(queue.reserve(message, bytes), () => kept.settled(subscriber));
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
