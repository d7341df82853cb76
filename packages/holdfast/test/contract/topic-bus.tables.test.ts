import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { openTableTopicBus } from "../../src/stores/tables/topic-bus.ts";
import { describeTopicBus } from "./topic-bus.ts";

describeTopicBus(
  "the bus over a table",
  async ({ clock, log }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "holdfast-"));
    const tables = await openSqliteTableStore({ file: path.join(folder, "tables.db"), clock, log });
    return {
      bus: await openTableTopicBus({ tables, clock, log }),
      isKept: true,
      // Requests are answered in their order.
      written: () => tables.define([]),
      async close() {
        await tables.close();
        await rm(folder, { recursive: true });
      },
    };
  },
  10,
);
