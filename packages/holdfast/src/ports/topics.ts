import type { SubscriptionOptions, TopicReceiver, TopicSubscriber } from "../model/receivers.ts";
import type { TopicMessage } from "./topic-bus.ts";

/**
 * Topics in SNS's terms: what is published goes to every subscription whose filter it fits. Duties:
 * - The app's own subscriptions are there as it declares them; others come and go at run time, and survive a restart.
 * - To queues a message is delivered before `publish` resolves; everything else is `TopicBus`'s.
 * - FIFO topics take what has a deduplication id that came within the last five minutes without delivering it again.
 *
 * Calls may reject with `TOPIC_REQUEST_INVALID` (no such topic or subscription, a message over the bound, a filter that
 * cannot be read), `TOPIC_OVERLOADED`, and what the store that keeps subscriptions rejects with.
 */
export interface Topics {
  publish(topic: string, message: TopicMessage): Promise<PublishedMessage>;

  /** The app's, then those made since, in the order of their making. */
  subscriptions(): Promise<readonly Subscription[]>;

  /**
   * One of a receiver: a second is the first, with its options. A URL that is not confirmed is sent a token, and gets
   * no messages until `confirm` is called with it.
   */
  subscribe(topic: string, subscriber: TopicSubscriber, confirmation?: Confirmation): Promise<Subscription>;

  /** Undefined for a token that is none of the topic's. */
  confirm(topic: string, token: string): Promise<Subscription | undefined>;

  /** Replaces all its options. The app's own are the app's: it rejects. */
  change(id: string, options: SubscriptionOptions): Promise<void>;

  /** The app's own are the app's: it rejects. One that is gone already is no error. */
  unsubscribe(id: string): Promise<void>;
}

/** How whoever is at a URL is asked. */
export interface Confirmation {
  /** What to fetch with the token, given the topic: in the message as `SubscribeURL`. */
  readonly urlOf: (token: string) => string;
}

export interface Subscription {
  /** A UUID: the end of its ARN. */
  readonly id: string;
  readonly topic: string;
  readonly to: TopicReceiver & SubscriptionOptions;
  /** Whether it gets messages. */
  readonly confirmed: boolean;
  /** Whether the app declares it. */
  readonly declared: boolean;
}

export interface PublishedMessage {
  readonly id: string;
  /** Of FIFO topics: 20 digits that rise with each message. */
  readonly sequenceNumber?: string;
}
