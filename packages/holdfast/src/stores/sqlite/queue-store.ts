import { resolve } from "node:path";
import { systemClock, type Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { BackupSource } from "../../ports/backups.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { QueueAnswer, QueueRequest } from "../queue-requests.ts";
import { WaitingQueueStore } from "../waiting-queue-store.ts";
import { queueCodec } from "./queue-runner.ts";
import { startStoreThread } from "./start-store-thread.ts";
import { ThreadLink } from "./thread-link.ts";

export interface SqliteQueueStoreOptions {
  /** The database; it and its folder are made when they are missing. */
  readonly file: string;
  readonly clock?: Clock;
  readonly log: Log;
}

/**
 * Queues in an SQLite database of their own, which a thread opens, and no other process can meanwhile. What is
 * acknowledged survives any end of the process; a loss of power may take the last messages, never parts of one.
 * Rejects with `STATE_IN_USE`, `STATE_NOT_WRITABLE`, `STATE_CORRUPT` or `STORE_FAILED`.
 */
export async function openSqliteQueueStore(
  options: SqliteQueueStoreOptions,
): Promise<QueueStore & BackupSource> {
  const { file, clock = systemClock, log } = options;
  const { worker } = await startStoreThread("queues", file);
  const link = new ThreadLink<QueueRequest, QueueAnswer>(worker, {
    title: "queues",
    codec: queueCodec,
    clock,
    log,
  });
  const records = { ask: (request: QueueRequest) => link.request(request), close: () => link.close() };
  const backup = (to: string): Promise<void> => link.backup(resolve(to));
  return Object.assign(new WaitingQueueStore(records, clock), { backup });
}
