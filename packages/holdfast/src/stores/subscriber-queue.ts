import type { Clock, Timer } from "../base/clock.ts";
import { HoldfastError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { TopicDefinition, TopicSubscriber } from "../ports/topic-bus.ts";
import type { AcceptedMessage } from "./delivery-journal.ts";
import type { TopicLimits } from "./topic-limits.ts";

export interface QueueSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: TopicLimits;
  /** Whether the next run goes on with what this one does not get done. */
  readonly isKept: boolean;
}

/** A message on its way to the subscriber. */
export interface Delivery {
  readonly message: AcceptedMessage;
  readonly bytes: number;
  attempts: number;
  /** Called once the subscriber had it, or it was given up. */
  settled: () => void;
}

/** How many of the messages that are given up the log names. */
const namedMessages = 20;

/** The deliveries to one subscriber of one topic: tried again with pauses, so many at a time, a bounded number in all. */
export class SubscriberQueue {
  readonly #topic: string;
  readonly #title: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: TopicLimits;
  readonly #isKept: boolean;
  #subscriber: TopicSubscriber;
  readonly #pending = new Set<Delivery>();
  readonly #waiting: Delivery[] = [];
  readonly #pauses = new Set<Timer>();
  #pendingBytes = 0;
  #running = 0;
  #hasGivenUp = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(
    { name, title = `topic ${name}` }: Omit<TopicDefinition, "subscribers">,
    subscriber: TopicSubscriber,
    surroundings: QueueSurroundings,
  ) {
    this.#topic = name;
    this.#title = title;
    this.#subscriber = subscriber;
    this.#clock = surroundings.clock;
    this.#log = surroundings.log;
    this.#limits = surroundings.limits;
    this.#isKept = surroundings.isKept;
  }

  /** Who is delivered to from now on, later tries of earlier messages included. */
  replaceSubscriber(subscriber: TopicSubscriber): void {
    this.#subscriber = subscriber;
  }

  /** How many deliveries have not come to their end. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Throws `TOPIC_OVERLOADED` when one more delivery would be too many. */
  checkRoom(bytes: number): void {
    const { maximumPending, maximumPendingBytes } = this.#limits;
    if (this.#pending.size < maximumPending && this.#pendingBytes + bytes <= maximumPendingBytes) return;
    throw new HoldfastError(
      "TOPIC_OVERLOADED",
      `${this.#pending.size} deliveries of ${this.#title} to ${this.#subscriber.name} with ${this.#pendingBytes} bytes are pending; ${maximumPending} with ${maximumPendingBytes} are allowed`,
    );
  }

  /** Takes room for a message. It has to be begun or withdrawn. */
  reserve(message: AcceptedMessage, bytes: number): Delivery {
    const delivery = { message, bytes, attempts: 0, settled: () => {} };
    this.#pending.add(delivery);
    this.#pendingBytes += bytes;
    return delivery;
  }

  begin(delivery: Delivery, settled: () => void): void {
    delivery.settled = settled;
    this.#waiting.push(delivery);
    this.#start();
  }

  /** As if it had never been. */
  withdraw(delivery: Delivery): void {
    this.#pending.delete(delivery);
    this.#pendingBytes -= delivery.bytes;
    if (this.#pending.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when nothing is pending. */
  async idle(): Promise<void> {
    if (this.#pending.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  /** Starts no more tries, and reports what had not come to its end. */
  giveUp(): void {
    this.#hasGivenUp = true;
    for (const pause of this.#pauses) pause.cancel();
    if (this.#pending.size === 0) return;
    const deliveries = `${this.#pending.size} deliveries of ${this.#title} to ${this.#subscriber.name}`;
    const [level, event, became] = this.#isKept
      ? (["info", "topic.deliveries-kept", "go on at the next start"] as const)
      : (["error", "topic.deliveries-given-up", "were given up at the end"] as const);
    this.#log(level, event, {
      message: `${deliveries} ${became}`,
      topic: this.#topic,
      subscriber: this.#subscriber.name,
      deliveries: this.#pending.size,
      messageIds: [...this.#pending].slice(0, namedMessages).map(({ message }) => message.id),
    });
  }

  #start(): void {
    while (!this.#hasGivenUp && this.#running < this.#limits.maximumConcurrency) {
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      void this.#run(delivery);
    }
  }

  async #run(delivery: Delivery): Promise<void> {
    this.#running += 1;
    delivery.attempts += 1;
    try {
      await this.#deliver(delivery);
      this.#finish(delivery);
    } catch (error) {
      this.#retry(delivery, error);
    }
    this.#running -= 1;
    this.#start();
  }

  /** Rejects when the subscriber does, and when it takes too long. */
  async #deliver({ message, attempts }: Delivery): Promise<void> {
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const { deliveryTimeoutMs } = this.#limits;
    const timer = this.#clock.after(deliveryTimeoutMs, () =>
      reject(new Error(`The delivery had not ended after ${deliveryTimeoutMs} ms`)),
    );
    try {
      // After this turn, so that publishing does not wait for what a subscriber does at once.
      const delivered = Promise.resolve().then(() =>
        this.#subscriber.deliver({ ...message, attempt: attempts }),
      );
      await Promise.race([delivered, timeout]);
    } finally {
      timer.cancel();
    }
  }

  #retry(delivery: Delivery, error: unknown): void {
    if (this.#hasGivenUp) return;
    if (delivery.attempts >= this.#limits.maximumAttempts) {
      void this.#end(delivery, error);
      return;
    }
    const pauseMs = this.#limits.firstPauseMs * 2 ** (delivery.attempts - 1);
    const pause = this.#clock.after(pauseMs, () => {
      this.#pauses.delete(pause);
      this.#waiting.push(delivery);
      this.#start();
    });
    this.#pauses.add(pause);
  }

  /** Pending until whoever takes what is given up has it. */
  async #end(delivery: Delivery, error: unknown): Promise<void> {
    const { message, attempts } = delivery;
    try {
      if (this.#subscriber.giveUp === undefined) this.#report(delivery, error);
      else await this.#subscriber.giveUp({ ...message, attempt: attempts }, error);
    } catch (failure) {
      this.#report(delivery, failure);
    }
    this.#finish(delivery);
  }

  #report({ message, attempts }: Delivery, error: unknown): void {
    this.#log("error", "topic.delivery-failed", {
      message: `Message ${message.id} of ${this.#title} did not reach ${this.#subscriber.name} in ${attempts} attempts`,
      topic: this.#topic,
      subscriber: this.#subscriber.name,
      messageId: message.id,
      attempts,
      error,
    });
  }

  #finish(delivery: Delivery): void {
    delivery.settled();
    this.withdraw(delivery);
  }
}
