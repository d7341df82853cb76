import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";
import { describeQueueStore } from "./queue-store.ts";
import { shareCompiledThreads } from "./thread-cache.ts";

shareCompiledThreads();
describeQueueStore("the SQLite queue store", async ({ clock, log }) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  const options = { file: join(folder, "state", "queues.db"), clock, log };
  let store = await openSqliteQueueStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openSqliteQueueStore(options);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
