import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { fromErrorRecord } from "../../base/errors.ts";
import { defaultAwsPlace } from "../../model/defaults.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel, BucketNotification } from "../../model/app-model.ts";
import { toAwsTaskEvent } from "../../model/aws-task-event.ts";
import type { TaskEvent } from "../../model/gateway-event.ts";
import { receiverOf } from "../../model/receivers.ts";
import type { TraceContext } from "../../model/trace-context.ts";
import type { BucketStore, ObjectChange } from "../../ports/bucket-store.ts";
import type { FunctionCalls } from "../../ports/function-calls.ts";
import type { InvocationResult, Invoker } from "../../ports/invoker.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { DeliveredMessage, TopicBus, TopicDefinition, TopicMessage } from "../../ports/topic-bus.ts";
import type { Delivery } from "./delivery-permissions.ts";
import { DroppedChanges } from "./dropped-changes.ts";
import { Scheduler } from "./scheduler.ts";
import { LocalTopics } from "./topics/local-topics.ts";

export interface TasksOptions {
  readonly invoker: Invoker;
  /** Carries everything that is tried again when it fails. */
  readonly bus: TopicBus;
  readonly buckets: BucketStore;
  /** What topics and buckets send messages to, besides functions; absent where there are no queues. */
  readonly queues?: QueueStore;
  /** Where subscriptions that are made at run time are kept; absent: they end with this process. */
  readonly tables?: TableStore;
  /** Whether queues and topics take what topics and buckets bring; absent: they take all. */
  readonly permitsDelivery?: (delivery: Delivery) => boolean;
  /** Where on AWS the app believes to be. */
  readonly place?: { readonly region: string; readonly accountId: string };
  readonly clock: Clock;
  readonly log: Log;
}

/** Functions that run without a socket or a request: called by others, by what happens, or when their time comes. */
export class Tasks implements FunctionCalls {
  readonly topics: LocalTopics;
  readonly #options: TasksOptions;
  readonly #scheduler: Scheduler;
  readonly #dropped: DroppedChanges;
  readonly #stopWatching: () => void;
  #watched: ReadonlySet<string> = new Set();

  constructor(options: TasksOptions) {
    this.#options = options;
    this.topics = new LocalTopics({
      ...options,
      place: placeIn(options),
      runFunction: (name, topic, payload, trace) => this.run(name, "topic", `topic ${topic}`, payload, trace),
    });
    this.#dropped = new DroppedChanges(options);
    this.#scheduler = new Scheduler({
      ...options,
      run: ({ name, function: to, input }, scheduledAtMs) =>
        this.run(to, "schedule", `schedule ${name}`, {
          schedule: name,
          scheduledAtMs,
          ...(input !== undefined && { input }),
        }),
    });
    this.#stopWatching = options.buckets.watch((change) => this.#announce(change));
  }

  /** From now on what happens runs these functions. */
  define({ topics, buckets, functions, schedules }: AppModel): void {
    this.#scheduler.define(schedules);
    this.#watched = new Set(
      buckets.filter(({ notifications }) => notifications.length > 0).map(({ name }) => name),
    );
    this.topics.define(topics);
    this.#options.bus.define([
      ...buckets.map((bucket) => this.#bucketDefinition(bucket.name, bucket.notifications)),
      ...functions.map(({ name }) => this.#callDefinition(name)),
    ]);
  }

  /** Resolves with the message's id. */
  async publish(topic: string, message: TopicMessage): Promise<string> {
    const { id } = await this.topics.publish(topic, message);
    return id;
  }

  /** Runs a function and resolves with what it returned. Rejects with what it threw. */
  call(name: string, input: unknown, trace?: TraceContext): Promise<unknown> {
    return this.run(name, "call", `function ${name}`, input, trace);
  }

  invoke(name: string, input: unknown, requestId: string = randomUUID()): Promise<InvocationResult> {
    return this.#run(name, { source: "call", routeKey: `function ${name}`, requestId, payload: input });
  }

  /** Without `retries` it is tried as often as any delivery. */
  async send(name: string, input: unknown, retries?: number, trace?: TraceContext): Promise<void> {
    await this.#options.bus.publish(`function:${name}`, {
      text: JSON.stringify(input ?? null),
      ...(trace !== undefined && { trace }),
      ...(retries !== undefined && { attributes: { retries: String(retries) } }),
    });
  }

  /** Within `trace` where it is given, else in a trace of its own. */
  async run(
    name: string,
    source: TaskEvent["source"],
    routeKey: string,
    payload: unknown,
    trace?: TraceContext,
  ): Promise<unknown> {
    const requestId = randomUUID();
    const task = { source, routeKey, requestId, payload, ...(trace !== undefined && { trace }) };
    const result = await this.#run(name, task);
    if (result.outcome === "returned") return result.payload;
    throw fromErrorRecord(result.error);
  }

  #run(name: string, event: Omit<TaskEvent, "kind" | "requestTimeMs">): Promise<InvocationResult> {
    const { invoker, clock } = this.#options;
    return invoker.invoke(name, { kind: "task", requestTimeMs: clock.now(), ...event });
  }

  /** Starts nothing by the clock any more, until it is defined anew. */
  pause(): void {
    this.#scheduler.close();
  }

  close(): void {
    this.#stopWatching();
    this.#scheduler.close();
    this.#dropped.flush();
  }

  /** Resolves once the change is sure to be told: whoever made it waits for that. */
  async #announce(change: ObjectChange): Promise<void> {
    if (!this.#watched.has(change.bucket)) return;
    try {
      await this.#options.bus.publish(`bucket:${change.bucket}`, { text: JSON.stringify(change) });
    } catch (error) {
      // A queue that is full, or a disk. The object is there: what is left is to say so.
      this.#dropped.add(change, error);
    }
  }

  /** Each receiver once, whatever it is told of. */
  #bucketDefinition(bucket: string, notifications: readonly BucketNotification[]): TopicDefinition {
    const byReceiver = Map.groupBy(notifications, (one) => JSON.stringify(receiverOf(one)));
    return {
      name: `bucket:${bucket}`,
      title: `bucket ${bucket}`,
      subscribers: [...byReceiver].flatMap(([name, [first, ...others]]) =>
        first === undefined
          ? []
          : {
              name,
              deliver: async ({ text }: DeliveredMessage) => {
                const change = JSON.parse(text) as ObjectChange;
                if ([first, ...others].some((one) => concerns(one, change)))
                  await this.#notify(first, change);
              },
            },
      ),
    };
  }

  async #notify(receiver: BucketNotification, change: ObjectChange): Promise<void> {
    const routeKey = `bucket ${change.bucket} ${change.kind}`;
    if ("function" in receiver) {
      await this.run(receiver.function, "bucket", routeKey, change);
      return;
    }
    const { clock, permitsDelivery } = this.#options;
    const from = { kind: "bucket", name: change.bucket } as const;
    const to =
      "topic" in receiver
        ? ({ kind: "topic", name: receiver.topic } as const)
        : ({ kind: "queue", name: receiver.queue } as const);
    if (permitsDelivery?.({ from, to }) === false) return;
    const requestTimeMs = clock.now();
    const event: TaskEvent = {
      kind: "task",
      source: "bucket",
      routeKey,
      requestId: randomUUID(),
      requestTimeMs,
      payload: change,
    };
    const text = JSON.stringify(toAwsTaskEvent(event, placeIn(this.#options)));
    if ("topic" in receiver)
      await this.topics.publish(receiver.topic, { text, subject: "Amazon S3 Notification" });
    else if (this.#options.queues !== undefined)
      await this.#options.queues.send(receiver.queue, [{ body: text }]);
    else throw new Error(`There is no queue ${receiver.queue} here`);
  }

  #callDefinition(name: string): TopicDefinition {
    const title = `function ${name}`;
    return {
      name: `function:${name}`,
      title,
      subscribers: [
        {
          name,
          deliver: async (message) => {
            const input: unknown = JSON.parse(message.text);
            const running = this.run(name, "call", title, input, message.trace);
            await (isLastTry(message)
              ? running.catch((error: unknown) => this.#giveUp(title, message, error))
              : running);
          },
        },
      ],
    };
  }

  #giveUp(title: string, { id, attempt }: DeliveredMessage, error: unknown): void {
    const message = `The event ${id} of ${title} was given up: it failed ${attempt} times`;
    this.#options.log("error", "function-event-given-up", { message, error });
  }
}

/** Whether its sender wants no more than this. */
function isLastTry({ attributes, attempt }: DeliveredMessage): boolean {
  return attributes?.retries !== undefined && attempt > Number(attributes.retries);
}

function concerns(
  { on, how, prefix = "", suffix = "" }: BucketNotification,
  { kind, key, how: happened }: ObjectChange,
): boolean {
  return (
    on === kind && (how === undefined || how === happened) && key.startsWith(prefix) && key.endsWith(suffix)
  );
}

/** Where nothing says it, functions are told the same. */
function placeIn({ place }: TasksOptions): { readonly region: string; readonly accountId: string } {
  return place ?? defaultAwsPlace;
}
