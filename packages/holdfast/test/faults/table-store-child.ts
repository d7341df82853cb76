import { HoldfastError } from "../../src/base/errors.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Table } from "../../src/model/app-model.ts";
import type { Write } from "../../src/model/table-request.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";

/**
 * What the tests of faults run in a process of its own: `node table-store-child.ts <task> <file>`. It prints a line
 * for whatever is acknowledged, or the code of the error that ended it.
 */
export const ledger: readonly Table[] = ["left", "right", "total"].map((name) => ({
  name,
  key: { name: "id", type: "number" },
  ...(name === "right" && { stream: "keys" as const }),
  indexes: [],
  retain: false,
}));

const inFlight = 64;

/** One transfer: an item in two tables, and one more in the count. */
export function transfer(id: number): readonly Write[] {
  const item = { id: { N: String(id) }, text: { S: "x".repeat(id % 500) } };
  return [
    { kind: "put", table: "left", item },
    { kind: "put", table: "right", item },
    {
      kind: "update",
      table: "total",
      key: { id: { N: "0" } },
      actions: [{ action: "add", path: ["count"], value: { N: "1" } }],
    },
  ];
}

const tasks: Record<string, (store: TableStore) => Promise<void>> = {
  /** Writes transfers from now on until it is killed. */
  async write(store) {
    await store.define(ledger);
    const { items } = await store.scan({ table: "total" });
    let next = Number((items[0]?.["count"] as { N: string } | undefined)?.N ?? 0);
    const write = async (): Promise<void> => {
      for (;;) {
        const id = next++;
        await store.write(transfer(id));
        process.stdout.write(`${id}\n`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, write));
  },
  /** Opens, writes one transfer and closes. */
  async once(store) {
    await store.define(ledger);
    await store.write(transfer(0));
    await store.close();
    process.stdout.write("closed\n");
  },
  /** Opens and ends without closing. */
  async leave(store) {
    await store.define(ledger);
    await store.write(transfer(0));
    process.stdout.write("written\n");
  },
  /** Opens and stays until its input ends. */
  async hold(store) {
    process.stdout.write("opened\n");
    for await (const _ of process.stdin);
    await store.close();
  },
};

async function main(task: string, file: string): Promise<void> {
  try {
    const store = await openSqliteTableStore({ file, log: silentLog });
    await tasks[task]?.(store);
  } catch (error) {
    process.stdout.write(`${error instanceof HoldfastError ? error.code : String(error)}\n`);
  }
}

const [, script = "", task, file] = process.argv;
if (import.meta.filename === script && task !== undefined && file !== undefined) await main(task, file);
