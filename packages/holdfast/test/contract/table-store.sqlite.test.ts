import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { describeTableStore } from "./table-store.ts";
import { describeTableStoreProperties } from "./table-store-properties.ts";
import type { StoreOpener } from "./table-store-fixture.ts";
import { shareCompiledThreads } from "./thread-cache.ts";

const open: StoreOpener = async ({ clock, log }) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  const options = { file: join(folder, "state", "tables.db"), clock, log };
  let store = await openSqliteTableStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openSqliteTableStore(options);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};

shareCompiledThreads();
describeTableStore("the SQLite table store", open);
describeTableStoreProperties("the SQLite table store", open);
