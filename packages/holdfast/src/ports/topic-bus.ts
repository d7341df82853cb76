import type { TraceContext } from "../model/trace-context.ts";

/**
 * Topics: what is published goes to every subscriber. Implementations pass `test/contract/topic-bus.ts`. Duties:
 * - Each subscriber gets each message at least once; one subscriber's failure is not another's.
 * - A failed delivery is tried again with growing pauses, a bounded number of times, then reported.
 * - `publish` resolves when the message is accepted; it does not wait for deliveries.
 * - What is accepted survives kill -9 until each subscriber had it (save in a memory bus).
 *
 * Calls may reject with `TOPIC_REQUEST_INVALID` (unknown topic, a message over the bound) `TOPIC_OVERLOADED`, once
 * closed with `STORE_FAILED`, or, when the disk fails, with one of the `STATE_` codes.
 */
export interface TopicBus {
  /** Makes the topics exist, with these subscribers from now on. Deliveries under way go on. */
  define(topics: readonly TopicDefinition[]): void;

  /** Resolves with the message's id. At most 262,144 bytes of UTF-8 (SNS's bound). */
  publish(topic: string, message: TopicMessage): Promise<string>;

  /** How many deliveries have not come to their end at this moment. */
  pendingDeliveries(): number;

  /** Takes nothing new, waits up to `graceMs` for deliveries, and reports what is given up. */
  close(graceMs?: number): Promise<void>;
}

export interface TopicDefinition {
  readonly name: string;
  /** What lines of the log call it; `topic` and its name unless given. */
  readonly title?: string;
  readonly subscribers: readonly TopicSubscriber[];
}

export interface TopicSubscriber {
  readonly name: string;
  /** Rejects when the delivery failed. */
  deliver(message: DeliveredMessage): Promise<void>;
  /** Called once a delivery is not tried again, instead of a line in the log. When it rejects, that is logged. */
  giveUp?(message: DeliveredMessage, error: unknown): Promise<void>;
}

export interface TopicMessage {
  readonly text: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** SNS's types of those that are not `String`; the value of a `Binary` one is Base64. */
  readonly attributeTypes?: Readonly<Record<string, string>>;
  /** The text is JSON: an object with a text for each protocol, and `default` for all others. */
  readonly perProtocol?: true;
  /** Of FIFO topics, which keep the order within a group. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** Made up unless it is given. */
  readonly id?: string;
  /** The span of its publisher, where that is traced; it may be lost on the way. */
  readonly trace?: TraceContext;
}

export interface DeliveredMessage extends Omit<TopicMessage, "id"> {
  readonly id: string;
  readonly topic: string;
  /** Milliseconds since 1970. */
  readonly publishedAtMs: number;
  /** 1 at the first try. */
  readonly attempt: number;
}
