import { HoldfastError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import { isRecord } from "../../../base/is-record.ts";
import { notificationJson, type Notification } from "../../../model/aws-notification.ts";
import { receiverOf } from "../../../model/receivers.ts";
import type { TraceContext } from "../../../model/trace-context.ts";
import type { QueueStore } from "../../../ports/queue-store.ts";
import type { DeliveredMessage } from "../../../ports/topic-bus.ts";
import type { Subscription } from "../../../ports/topics.ts";
import type { Delivery } from "../delivery-permissions.ts";
import { PermanentFailure, postNotification } from "./post-notification.ts";

export interface DeliveriesOptions {
  /** Rejects when the function did. */
  readonly runFunction: (
    name: string,
    topic: string,
    payload: unknown,
    trace: TraceContext | undefined,
  ) => Promise<unknown>;
  /** Absent where there are no queues. */
  readonly queues?: QueueStore | undefined;
  /** Whether a queue takes what a topic brings; absent: each does. */
  readonly permitsDelivery?: (delivery: Delivery) => boolean;
  readonly place: { readonly region: string; readonly accountId: string };
  readonly clock: Clock;
  readonly log: Log;
}

/** Brings single messages to single subscriptions. */
export class Deliveries {
  readonly #options: DeliveriesOptions;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Rejects when it failed and may be tried again; what cannot succeed is given up at once. */
  async deliver(subscription: Subscription, message: DeliveredMessage): Promise<void> {
    const { to, topic } = subscription;
    if ("queue" in to && !this.#permits(topic, to.queue)) {
      // Whatever is warned of once is not told of again with each message.
      const refusal = new PermanentFailure(`The policy of the queue ${to.queue} does not let the topic in`);
      await this.#toDeadLetters(subscription, message, refusal);
      return;
    }
    try {
      await this.#bring(subscription, message);
    } catch (error) {
      if (!isPermanent(error)) throw error;
      await this.giveUp(subscription, message, error);
    }
  }

  /** To the subscription's dead letters or, where it has none, to the log. */
  async giveUp(subscription: Subscription, message: DeliveredMessage, error: unknown): Promise<void> {
    const deadLetterQueue = this.#deadLettersOf(subscription);
    this.#options.log("error", "topic.delivery-failed", {
      message: `Message ${message.id} of topic ${subscription.topic} did not reach ${titleOf(subscription)} in ${message.attempt} attempts${deadLetterQueue === undefined ? "" : `, and went to the queue ${deadLetterQueue}`}`,
      topic: subscription.topic,
      messageId: message.id,
      error,
    });
    await this.#toDeadLetters(subscription, message, error);
  }

  /** Undefined where there is none, or its policy does not let the topic in. */
  #deadLettersOf({ to: { deadLetterQueue }, topic }: Subscription): string | undefined {
    return deadLetterQueue !== undefined && this.#permits(topic, deadLetterQueue)
      ? deadLetterQueue
      : undefined;
  }

  #permits(topic: string, queue: string): boolean {
    const { permitsDelivery } = this.#options;
    const delivery = { from: { kind: "topic", name: topic }, to: { kind: "queue", name: queue } } as const;
    return permitsDelivery?.(delivery) !== false;
  }

  async #toDeadLetters(subscription: Subscription, message: DeliveredMessage, error: unknown): Promise<void> {
    const deadLetterQueue = this.#deadLettersOf(subscription);
    if (deadLetterQueue === undefined) return;
    const attributes = {
      ErrorCode: { type: "String", value: error instanceof HoldfastError ? error.code : "DeliveryFailed" },
      ErrorMessage: { type: "String", value: error instanceof Error ? error.message : String(error) },
    };
    await this.#send(deadLetterQueue, message, {
      body: notificationJson(toNotification(subscription, message), this.#options.place),
      attributes,
    });
  }

  async #bring(subscription: Subscription, message: DeliveredMessage): Promise<void> {
    const { place } = this.#options;
    const { to, topic } = subscription;
    const notification = toNotification(subscription, message);
    if ("function" in to) {
      const { attempt, trace } = message;
      await this.#options.runFunction(to.function, topic, { ...notification, attempt }, trace);
      return;
    }
    const raw = to.raw === true;
    const body = raw ? notification.text : notificationJson(notification, place);
    if ("url" in to) return postNotification(to.url, body, { subscription, id: message.id, raw, place });
    await this.#send(to.queue, message, { body, ...(raw && attributesOf(notification)) });
  }

  async #send(
    queue: string,
    { groupId, deduplicationId }: DeliveredMessage,
    message: Parameters<QueueStore["send"]>[1][number],
  ): Promise<void> {
    const { queues } = this.#options;
    if (queues === undefined) throw new PermanentFailure(`There is no queue ${queue} here`);
    const isFifo = queue.endsWith(".fifo");
    await queues.send(queue, [
      {
        ...message,
        ...(isFifo && groupId !== undefined && { groupId }),
        ...(isFifo && deduplicationId !== undefined && { deduplicationId }),
      },
    ]);
  }
}

/** What is wrong with a request stays wrong. */
function isPermanent(error: unknown): boolean {
  if (error instanceof PermanentFailure) return true;
  return error instanceof HoldfastError && error.code === "QUEUE_REQUEST_INVALID";
}

export function titleOf({ to }: Subscription): string {
  const { kind, name } = receiverOf(to);
  return kind === "url" ? name : `${kind} ${name}`;
}

function attributesOf({ attributes = {}, attributeTypes = {} }: Notification) {
  const entries = Object.entries(attributes).map(
    ([name, value]) => [name, { type: attributeTypes[name] ?? "String", value }] as const,
  );
  return entries.length === 0 ? {} : { attributes: Object.fromEntries(entries) };
}

function toNotification(subscription: Subscription, message: DeliveredMessage): Notification {
  const { id, text, subject, attributes, attributeTypes, publishedAtMs, sequenceNumber } = message;
  return {
    id,
    topic: subscription.topic,
    text: message.perProtocol === true ? textFor(protocolOf(subscription.to), text) : text,
    ...(subject !== undefined && { subject }),
    ...(attributes !== undefined && { attributes }),
    ...(attributeTypes !== undefined && { attributeTypes }),
    publishedAtMs,
    ...(sequenceNumber !== undefined && { sequenceNumber }),
    subscription: subscription.id,
  };
}

/** What SNS calls the way to a receiver. */
export function protocolOf(to: Subscription["to"]): "lambda" | "sqs" | "http" | "https" {
  const { kind, name } = receiverOf(to);
  if (kind === "function") return "lambda";
  if (kind === "queue") return "sqs";
  return name.startsWith("https:") ? "https" : "http";
}

function textFor(protocol: string, json: string): string {
  const texts: unknown = JSON.parse(json);
  if (!isRecord(texts)) return json;
  const text = Object.hasOwn(texts, protocol) ? texts[protocol] : texts.default;
  return typeof text === "string" ? text : json;
}
