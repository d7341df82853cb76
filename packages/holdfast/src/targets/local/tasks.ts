import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { fromErrorRecord } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel, BucketNotification } from "../../model/app-model.ts";
import type { TaskEvent } from "../../model/gateway-event.ts";
import type { BucketStore, ObjectChange } from "../../ports/bucket-store.ts";
import type { Invoker } from "../../ports/invoker.ts";
import type { TopicBus, TopicDefinition, TopicMessage } from "../../ports/topic-bus.ts";
import { DroppedChanges } from "./dropped-changes.ts";
import { Scheduler } from "./scheduler.ts";

export interface TasksOptions {
  readonly invoker: Invoker;
  /** Carries everything that is tried again when it fails. */
  readonly bus: TopicBus;
  readonly buckets: BucketStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Functions that run without a socket or a request: called by others, by what happens, or when their time comes. */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #scheduler: Scheduler;
  readonly #dropped: DroppedChanges;
  readonly #stopWatching: () => void;
  #watched: ReadonlySet<string> = new Set();

  constructor(options: TasksOptions) {
    this.#options = options;
    this.#dropped = new DroppedChanges(options);
    this.#scheduler = new Scheduler({
      ...options,
      run: ({ name, function: to }, scheduledAtMs) =>
        this.run(to, "schedule", `schedule ${name}`, { schedule: name, scheduledAtMs }),
    });
    this.#stopWatching = options.buckets.watch((change) => this.#announce(change));
  }

  /** From now on what happens runs these functions. */
  define({ topics, buckets, functions, schedules }: AppModel): void {
    this.#scheduler.define(schedules);
    this.#watched = new Set(
      buckets.filter(({ notifications }) => notifications.length > 0).map(({ name }) => name),
    );
    this.#options.bus.define([
      ...topics.map(({ name, subscribers }) =>
        this.#definition(`topic:${name}`, "topic", subscribers, (message) => ({ ...message, topic: name })),
      ),
      ...buckets.map((bucket) => this.#bucketDefinition(bucket.name, bucket.notifications)),
      ...functions.map(({ name }) =>
        this.#definition(
          `function:${name}`,
          "call",
          [{ function: name }],
          ({ text }) => JSON.parse(text) as unknown,
        ),
      ),
    ]);
  }

  publish(topic: string, message: TopicMessage): Promise<string> {
    return this.#options.bus.publish(`topic:${topic}`, message);
  }

  /** Runs a function and resolves with what it returned. Rejects with what it threw. */
  call(name: string, input: unknown): Promise<unknown> {
    return this.run(name, "call", `function ${name}`, input);
  }

  /** Has a function run soon. */
  async send(name: string, input: unknown): Promise<void> {
    await this.#options.bus.publish(`function:${name}`, { text: JSON.stringify(input ?? null) });
  }

  async run(name: string, source: TaskEvent["source"], routeKey: string, payload: unknown): Promise<unknown> {
    const { invoker, clock } = this.#options;
    const requestId = randomUUID();
    const event: TaskEvent = {
      kind: "task",
      source,
      routeKey,
      requestId,
      requestTimeMs: clock.now(),
      payload,
    };
    const result = await invoker.invoke(name, event);
    if (result.outcome === "returned") return result.payload;
    throw fromErrorRecord(result.error);
  }

  close(): void {
    this.#stopWatching();
    this.#scheduler.close();
    this.#dropped.flush();
  }

  #announce(change: ObjectChange): void {
    if (!this.#watched.has(change.bucket)) return;
    // A full queue makes this fail.
    this.#options.bus
      .publish(`bucket:${change.bucket}`, { text: JSON.stringify(change) })
      .catch((error: unknown) => this.#dropped.add(change, error));
  }

  #bucketDefinition(bucket: string, notifications: readonly BucketNotification[]): TopicDefinition {
    return {
      name: `bucket:${bucket}`,
      title: `bucket ${bucket}`,
      subscribers: notifications.map((notification) => ({
        name: notification.function,
        deliver: async ({ text }) => {
          const change = JSON.parse(text) as ObjectChange;
          if (!concerns(notification, change)) return;
          await this.run(notification.function, "bucket", `bucket ${bucket} ${change.kind}`, change);
        },
      })),
    };
  }

  #definition(
    name: string,
    source: TaskEvent["source"],
    subscribers: readonly { readonly function: string }[],
    toPayload: (message: Parameters<TopicDefinition["subscribers"][number]["deliver"]>[0]) => unknown,
  ): TopicDefinition {
    const title = name.replace(":", " ");
    return {
      name,
      title,
      subscribers: subscribers.map((subscriber) => ({
        name: subscriber.function,
        deliver: async (message) => {
          await this.run(subscriber.function, source, title, toPayload(message));
        },
      })),
    };
  }
}

function concerns(
  { on, prefix = "", suffix = "" }: BucketNotification,
  { kind, key }: ObjectChange,
): boolean {
  return on === kind && key.startsWith(prefix) && key.endsWith(suffix);
}
