import { rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { HoldfastError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { AppModel } from "../../model/app-model.ts";
import { tablesWithReadStreams } from "../../model/change-journal.ts";
import type { BackupSource } from "../../ports/backups.ts";
import type { BucketStore } from "../../ports/bucket-store.ts";
import type { QueueStore } from "../../ports/queue-store.ts";
import type { TableStore } from "../../ports/table-store.ts";
import { parametersTable } from "../../services/ssm/parameter-store.ts";
import { backUpBuckets } from "../../stores/files/backup.ts";
import { openFileBucketStore } from "../../stores/files/bucket-store.ts";
import { openSqliteQueueStore } from "../../stores/sqlite/queue-store.ts";
import { openSqliteTableStore } from "../../stores/sqlite/table-store.ts";
import { connectionsTable } from "./connection-records.ts";
import { queuesOnDemand } from "./queues-on-demand.ts";
import { statesTable } from "./resources/state.ts";

/** Where an app's data lives on this machine. */
export interface LocalStores extends BackupSource {
  readonly tables: TableStore;
  readonly buckets: BucketStore;
  readonly queues: QueueStore;
  /** Makes room for what a model declares. What is no longer declared stays. */
  define(model: AppModel): Promise<void>;
  close(): Promise<void>;
}

export interface LocalStoresOptions {
  /** One stage's folder. */
  readonly folder: string;
  /** Forgets what earlier runs left, unless another process is using it. */
  readonly reset: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws `STATE_IN_USE`, `STATE_NOT_WRITABLE` or `STATE_CORRUPT`. */
export async function openLocalStores(options: LocalStoresOptions): Promise<LocalStores> {
  const { folder, clock, log } = options;
  if (options.reset) await forget(options);
  const tables = await openSqliteTableStore({ file: path.join(folder, "tables.db"), clock, log });
  try {
    // After the tables, whose file tells whether another process has this folder.
    const buckets = await openFileBucketStore({ folder: path.join(folder, "buckets"), clock, log });
    const queues = queuesOnDemand(() =>
      openSqliteQueueStore({ file: path.join(folder, "queues.db"), clock, log }),
    );
    await tables.define([connectionsTable, statesTable, parametersTable]);
    return {
      tables,
      buckets,
      queues,
      async define(model) {
        await tables.define(tablesWithReadStreams(model));
        await buckets.define(model.buckets.map(({ name }) => name));
        await queues.define(model.queues);
      },
      async backup(to) {
        await tables.backup(path.join(to, "tables.db"));
        const kept = path.join(folder, "queues.db");
        if (await exists(kept)) await queues.backup(path.join(to, "queues.db"));
        await backUpBuckets(path.join(folder, "buckets"), path.join(to, "buckets"));
      },
      async close() {
        await queues.close();
        await buckets.close();
        await tables.close();
      },
    };
  } catch (error) {
    await tables.close();
    throw error;
  }
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Whoever holds the database holds the folder. One that cannot be opened for other reasons may go all the same. */
async function forget({ folder, clock, log }: LocalStoresOptions): Promise<void> {
  try {
    const tables = await openSqliteTableStore({ file: path.join(folder, "tables.db"), clock, log });
    await tables.close();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "STATE_IN_USE") throw error;
  }
  await rm(folder, { recursive: true, force: true });
}
