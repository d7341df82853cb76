import { createHash, randomUUID } from "node:crypto";
import { toError } from "../../../base/errors.ts";
import type { Topic } from "../../../model/app-model.ts";
import { parseFilterPolicy, type FilterPolicy } from "../../../model/filter-policy.ts";
import { receiverOf, type SubscriptionOptions, type TopicSubscriber } from "../../../model/receivers.ts";
import type { TableStore } from "../../../ports/table-store.ts";
import type { DeliveredMessage, TopicBus, TopicDefinition, TopicMessage } from "../../../ports/topic-bus.ts";
import type { Confirmation, PublishedMessage, Subscription, Topics } from "../../../ports/topics.ts";
import { Deliveries, titleOf, type DeliveriesOptions } from "./deliveries.ts";
import { postConfirmation } from "./post-notification.ts";
import { RecentMessages } from "./recent-messages.ts";
import { SubscriptionRecords } from "./subscription-records.ts";
import { invalid, Subscriptions } from "./subscriptions.ts";

export interface LocalTopicsOptions extends DeliveriesOptions {
  /** Carries what goes to functions and URLs, and what queues did not take at once. */
  readonly bus: TopicBus;
  /** Where subscriptions of run time are kept; absent: nowhere. */
  readonly tables?: TableStore | undefined;
}

/**
 * Topics on this machine. What goes to a queue is there before `publish` resolves; what goes to functions and URLs is as
 * durable as the bus.
 */
export class LocalTopics implements Topics {
  readonly #options: LocalTopicsOptions;
  readonly #deliveries: Deliveries;
  readonly #subscriptions: Subscriptions;
  readonly #recent: RecentMessages;
  #topics: ReadonlyMap<string, Topic> = new Map();
  /** Of confirmed subscriptions, by their ids. */
  #filters: ReadonlyMap<string, FilterPolicy> = new Map();
  #lastSequence = 0n;

  constructor(options: LocalTopicsOptions) {
    this.#options = options;
    this.#deliveries = new Deliveries(options);
    this.#subscriptions = new Subscriptions(new SubscriptionRecords(options.tables), options.clock, () =>
      this.#connect(),
    );
    this.#recent = new RecentMessages(options.clock);
  }

  /** From now on these. Subscriptions to topics that are gone rest. */
  define(topics: readonly Topic[]): void {
    this.#topics = new Map(topics.map((topic) => [topic.name, topic]));
    this.#subscriptions.declare(topics);
    this.#subscriptions.load().catch((error: unknown) => this.#noteUnread(error));
  }

  async publish(name: string, message: TopicMessage): Promise<PublishedMessage> {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw invalid(`There is no topic ${name}`);
    if (topic.fifo !== true) return this.#publish(topic, message);
    const { groupId, deduplicationId = digestOf(topic, message) } = message;
    if (groupId === undefined) throw invalid(`A message of the FIFO topic ${name} needs a group`);
    if (deduplicationId === undefined)
      throw invalid(
        `A message of the FIFO topic ${name}, which does not go by texts, needs a deduplication id`,
      );
    return this.#recent.once(name, deduplicationId, () =>
      this.#publish(topic, { ...message, deduplicationId, sequenceNumber: this.#nextSequence() }),
    );
  }

  async subscriptions(): Promise<readonly Subscription[]> {
    await this.#subscriptions.load();
    return this.#subscriptions.all();
  }

  async subscribe(topic: string, to: TopicSubscriber, confirmation?: Confirmation): Promise<Subscription> {
    await this.#subscriptions.load();
    if (!this.#topics.has(topic)) throw invalid(`There is no topic ${topic}`);
    readFilter(to);
    const known = this.#subscriptions.find(topic, to);
    if (known !== undefined) return known;
    const made = await this.#subscriptions.make(topic, to, confirmation === undefined);
    if (confirmation !== undefined && "url" in to) {
      const sent = { id: randomUUID(), topic, token: made.token, timeMs: this.#options.clock.now() };
      // In its own time: whoever is there may well be who waits for this answer.
      void this.#ask(to.url, { ...sent, subscribeUrl: confirmation.urlOf(made.token) });
    }
    return made;
  }

  async confirm(topic: string, token: string): Promise<Subscription | undefined> {
    await this.#subscriptions.load();
    return this.#subscriptions.confirm(topic, token);
  }

  async change(id: string, options: SubscriptionOptions): Promise<void> {
    await this.#subscriptions.load();
    readFilter(options);
    await this.#subscriptions.change(id, options);
  }

  async unsubscribe(id: string): Promise<void> {
    await this.#subscriptions.load();
    await this.#subscriptions.remove(id);
  }

  async #publish({ name }: Topic, message: TopicMessage): Promise<PublishedMessage> {
    await this.#subscriptions.load();
    const id = await this.#options.bus.publish(busTopic(name), message);
    const { sequenceNumber } = message;
    const delivered = { ...message, id, topic: name, publishedAtMs: this.#options.clock.now(), attempt: 1 };
    const queues = this.#confirmed(name).filter(({ to }) => "queue" in to);
    await Promise.all(queues.map((subscription) => this.#enqueue(subscription, delivered)));
    return { id, ...(sequenceNumber !== undefined && { sequenceNumber }) };
  }

  /** What the queue does not take now goes by the bus, which tries again. */
  async #enqueue(subscription: Subscription, message: DeliveredMessage): Promise<void> {
    if (!this.#fits(subscription, message)) return;
    try {
      await this.#deliveries.deliver(subscription, message);
    } catch {
      const { attempt: _attempt, publishedAtMs: _publishedAtMs, ...again } = message;
      await this.#options.bus.publish(busSubscription(subscription), again);
    }
  }

  /** Tells the bus whom to bring what. */
  #connect(): void {
    this.#filters = new Map(this.#subscriptions.all().flatMap((one) => this.#readFilter(one)));
    const definitions = [...this.#topics.keys()].flatMap((name): TopicDefinition[] => {
      const [queues, others] = partition(this.#confirmed(name), ({ to }) => "queue" in to);
      return [
        {
          name: busTopic(name),
          title: `topic ${name}`,
          subscribers: others.map((one) => this.#toSubscriber(one)),
        },
        ...queues.map((one) => ({
          name: busSubscription(one),
          title: `topic ${name}`,
          subscribers: [this.#toSubscriber(one)],
        })),
      ];
    });
    this.#options.bus.define(definitions);
  }

  #toSubscriber(subscription: Subscription): TopicDefinition["subscribers"][number] {
    return {
      name: titleOf(subscription),
      deliver: async (message) => {
        if (this.#fits(subscription, message)) await this.#deliveries.deliver(subscription, message);
      },
      giveUp: (message, error) => this.#deliveries.giveUp(subscription, message, error),
    };
  }

  #confirmed(topic: string): readonly Subscription[] {
    return this.#subscriptions.of(topic).filter(({ confirmed }) => confirmed);
  }

  #fits({ id, to }: Subscription, message: TopicMessage): boolean {
    return to.filter === undefined || this.#filters.get(id)?.(message) === true;
  }

  /** One that cannot be read lets nothing through: the wrong messages would be worse than none. */
  #readFilter({ id, to, topic }: Subscription): [string, FilterPolicy][] {
    try {
      const filter = readFilter(to);
      return filter === undefined ? [] : [[id, filter]];
    } catch (error) {
      this.#options.log("error", "topic.filter-invalid", {
        message: `${receiverOf(to).name} gets nothing of topic ${topic}: ${toError(error).message}`,
      });
      return [];
    }
  }

  async #ask(url: string, confirmation: Parameters<typeof postConfirmation>[1]): Promise<void> {
    try {
      await postConfirmation(url, confirmation, this.#options.place);
    } catch (error) {
      const message = `${url} could not be asked to confirm its subscription to topic ${confirmation.topic}`;
      this.#options.log("warn", "topic.confirmation-failed", { message, error });
    }
  }

  #noteUnread(error: unknown): void {
    const message = "Subscriptions that were made at run time could not be read";
    this.#options.log("error", "topic.subscriptions-unread", { message, error });
  }

  #nextSequence(): string {
    const byTime = BigInt(Math.trunc(this.#options.clock.now())) * 1_000_000n;
    this.#lastSequence = byTime > this.#lastSequence ? byTime : this.#lastSequence + 1n;
    return `1${String(this.#lastSequence).padStart(19, "0")}`;
  }
}

/** Throws `TOPIC_REQUEST_INVALID`. */
function readFilter({ filter }: SubscriptionOptions): FilterPolicy | undefined {
  if (filter === undefined) return undefined;
  try {
    return parseFilterPolicy(filter.policy, filter.scope);
  } catch (error) {
    throw invalid(toError(error).message);
  }
}

/** What stands for the deduplication id where the topic goes by texts: SNS's SHA-256 (documented). */
function digestOf({ contentBasedDeduplication }: Topic, { text }: TopicMessage): string | undefined {
  return contentBasedDeduplication === true ? createHash("sha256").update(text).digest("hex") : undefined;
}

function busTopic(name: string): string {
  return `topic:${name}`;
}

function busSubscription({ id }: Subscription): string {
  return `subscription:${id}`;
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
