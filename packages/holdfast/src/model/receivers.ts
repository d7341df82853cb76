import type { PolicyDocument } from "./aws-resources.ts";
import type { CorsRule, Website } from "./bucket-pages.ts";

/** Who gets what happens: a topic's messages, a bucket's changes. Part of `AppModel`. */

export interface Bucket {
  readonly name: string;
  readonly notifications: readonly BucketNotification[];
  readonly retain: boolean;
  /** Who may do what with it, beside what roles allow. */
  readonly policy?: PolicyDocument;
  /** Absent: it is none. */
  readonly website?: Website;
  /** The first that fits counts; absent: pages of other origins may do nothing. */
  readonly cors?: readonly CorsRule[];
}

export interface Topic {
  readonly name: string;
  /** Keeps the order within a group of messages, and takes each once. */
  readonly fifo?: true;
  /** Of FIFO topics: messages with equal texts are one. */
  readonly contentBasedDeduplication?: true;
  readonly subscribers: readonly TopicSubscriber[];
  /** Who may do what with it, beside what roles allow. */
  readonly policy?: PolicyDocument;
}

export type TopicSubscriber = TopicReceiver & SubscriptionOptions;

/** `url` begins with `http://` or `https://`. */
export type TopicReceiver =
  | { readonly function: string }
  | { readonly queue: string }
  | { readonly url: string };

export interface SubscriptionOptions {
  /** Which messages it gets; all when absent. */
  readonly filter?: {
    /** A filter policy of SNS's, as JSON text. */
    readonly policy: string;
    /** What the policy is about: a message's attributes, or its text, which is JSON then. */
    readonly scope: "attributes" | "body";
  };
  /** Queues and URLs get the message's text instead of an envelope with it. */
  readonly raw?: true;
  /** The queue for what could not be delivered. */
  readonly deadLetterQueue?: string;
}

export type BucketNotification = NotificationReceiver & {
  readonly on: "put" | "delete";
  /** Of those that are put, in which way; absent: any. */
  readonly how?: "put" | "copy" | "multipart";
  readonly prefix?: string;
  readonly suffix?: string;
};

export type NotificationReceiver =
  | { readonly function: string }
  | { readonly queue: string }
  | { readonly topic: string };

export type ReceiverKind = "function" | "queue" | "topic" | "url";

/** What kind of thing a receiver is, and what it is called. */
export function receiverOf(receiver: TopicReceiver | NotificationReceiver): {
  readonly kind: ReceiverKind;
  readonly name: string;
} {
  if ("function" in receiver) return { kind: "function", name: receiver.function };
  if ("queue" in receiver) return { kind: "queue", name: receiver.queue };
  if ("topic" in receiver) return { kind: "topic", name: receiver.topic };
  return { kind: "url", name: receiver.url };
}
