import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { changeJournal, fromJournalItem } from "../../src/model/change-journal.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";

const rounds = 10;
const childFile = join(import.meta.dirname, "table-store-child.ts");

test("what was acknowledged survives kill -9, and nothing is half written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "tables.db");
  const acknowledged = new Set<number>();
  for (let round = 0; round < rounds; round += 1) {
    const before = acknowledged.size;
    await writeUntilKilled(file, acknowledged);
    expect(acknowledged.size).toBeGreaterThan(before);
    const { left, right, count, streamed } = await readLedger(file);
    expect([...acknowledged].filter((id) => !left.has(id))).toEqual([]);
    expect(right).toEqual(left);
    expect(count).toBe(left.size);
    expect(streamed).toEqual(left);
  }
}, 120_000);

/** Runs the writer and kills it at some moment, in the midst of its writing. */
async function writeUntilKilled(file: string, acknowledged: Set<number>): Promise<void> {
  const child = spawn(process.execPath, [childFile, "write", file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, "line");
  lines.on("line", (line) => acknowledged.add(Number(line)));
  await first;
  await sleep(Math.random() * 300);
  await kill(child, once(lines, "close"));
}

async function kill(child: ChildProcess, read: Promise<unknown>): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
  await read;
}

interface Ledger {
  readonly left: ReadonlySet<number>;
  readonly right: ReadonlySet<number>;
  readonly count: number;
  /** What the stream of the right one tells of. */
  readonly streamed: ReadonlySet<number>;
}

async function readLedger(file: string): Promise<Ledger> {
  const store = await openSqliteTableStore({ file, log: silentLog });
  try {
    const { count = { N: "none" } } = (await store.get("total", { id: { N: "0" } })) ?? {};
    return {
      left: await idsIn(store, "left"),
      right: await idsIn(store, "right"),
      streamed: await streamedIds(store),
      count: Number((count as { readonly N: string }).N),
    };
  } finally {
    await store.close();
  }
}

async function idsIn(store: TableStore, table: string): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  let page = await store.scan({ table });
  for (;;) {
    for (const { id, text } of page.items) {
      const number = Number((id as { readonly N: string }).N);
      expect((text as { readonly S: string }).S).toHaveLength(number % 500);
      ids.add(number);
    }
    if (page.next === undefined) return ids;
    page = await store.scan({ table, start: page.next });
  }
}

async function streamedIds(store: TableStore): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  let page = await store.scan({ table: changeJournal.name });
  for (;;) {
    for (const item of page.items)
      ids.add(Number((fromJournalItem(item).key.id as { readonly N: string }).N));
    if (page.next === undefined) return ids;
    page = await store.scan({ table: changeJournal.name, start: page.next });
  }
}
