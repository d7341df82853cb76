import type { StopperStack } from "../../base/stopper.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { TableStore } from "../../ports/table-store.ts";
import type { Grace } from "./grace.ts";
import { QueuePollers } from "./queue-pollers.ts";
import { StreamPollers } from "./stream-pollers.ts";
import { Tasks, type TasksOptions } from "./tasks.ts";

/** What runs functions without a socket or a request. */
export interface Feeds {
  readonly tasks: Tasks;
  readonly pollers: QueuePollers;
  readonly streams: StreamPollers;
}

export interface FeedsOptions extends TasksOptions {
  readonly queues: QueueStore;
  readonly tables: TableStore;
  readonly place: { readonly region: string; readonly accountId: string };
  /** For functions that still run at the end. */
  readonly grace: Grace;
}

export function openFeeds(options: FeedsOptions, opened: StopperStack): Feeds {
  const tasks = new Tasks(options);
  opened.push(() => tasks.close());
  const feeding = { ...options, run: tasks.run.bind(tasks) };
  const pollers = new QueuePollers(feeding);
  opened.push(() => pollers.close(options.grace.leftMs()));
  const streams = new StreamPollers(feeding);
  opened.push(() => streams.close(options.grace.leftMs()));
  return { tasks, pollers, streams };
}
