import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import type { Item } from "../../src/model/attribute-value.ts";
import type { BucketStore } from "../../src/ports/bucket-store.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { holdfastBin, makeFolder, openClient, removeFolder, startDev } from "../support/holdfast.ts";
import type { Client, DevProcess } from "../support/holdfast.ts";
import { kinds, ledgerApp, textOf } from "./server-kill-app.ts";

const rounds = Number(process.env.HOLDFAST_KILL_ROUNDS ?? 50);
const workers = 6;
const inFlight = 4;
/** Each round ends at some moment within so long of the app's being ready. */
const longestRoundMs = 250;
const longestStartMs = 600;

interface Ledger {
  /** `<what> <n>`, as requested. */
  readonly acknowledged: Set<string>;
  count: number;
}

test(`${rounds} times kill -9 under load: what was acknowledged is there, and whole, and had its effect`, async () => {
  const folder = await makeFolder({ "app.ts": ledgerApp });
  onTestFinished(() => removeFolder(folder));
  const ledger: Ledger = { acknowledged: new Set(), count: 0 };
  for (let round = 0; round < rounds; round += 1) {
    if (round % 10 === 9) await killWhileStarting(folder);
    await runAndKill(folder, String(round), ledger);
  }
  // Killed before anything was acknowledged, each time, it would show nothing.
  expect(ledger.acknowledged.size).toBeGreaterThan(rounds * 10);
  await deliverAll(folder);
  await checkAll(stageDir(folder), ledger);
}, 300_000);

async function killWhileStarting(folder: string): Promise<void> {
  const child = spawn(process.execPath, [holdfastBin, "dev", "--json", "--port", "0"], {
    cwd: folder,
    stdio: "ignore",
  });
  await sleep(Math.random() * longestStartMs);
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function runAndKill(folder: string, round: string, ledger: Ledger): Promise<void> {
  const app = await startDev(folder);
  onTestFinished(() => void app.child.kill("SIGKILL"));
  const killing = sleep(Math.random() * longestRoundMs).then(() => app.stop("SIGKILL"));
  const working = Array.from({ length: workers }, () => work(app, round, ledger));
  await Promise.all([killing, checkGhosts(app, round), ...working]);
  expect(faultsOf(app)).toEqual([]);
}

/** Undefined when the app is killed before it has answered. */
async function connect(app: DevProcess, round: string): Promise<Client | undefined> {
  return openClient(`${app.url}?round=${round}`).catch(() => undefined);
}

/** Nobody is let in before those are gone who were connected when the last round ended. */
async function checkGhosts(app: DevProcess, round: string): Promise<void> {
  const client = await connect(app, round);
  if (client === undefined) return;
  client.socket.send(JSON.stringify({ action: "online" }));
  await client.closed;
  for (const text of client.messages) expect(JSON.parse(text)).toEqual({ rounds: [round] });
}

/** Writes until the connection ends, and notes what is acknowledged. */
async function work(app: DevProcess, round: string, ledger: Ledger): Promise<void> {
  const client = await connect(app, round);
  if (client === undefined) return;
  const send = (): void => {
    const what = kinds[ledger.count % kinds.length];
    client.socket.send(`${what} ${ledger.count}`);
    ledger.count += 1;
  };
  client.socket.on("message", (data: Buffer) => {
    ledger.acknowledged.add(data.toString());
    send();
  });
  for (let sent = 0; sent < inFlight; sent += 1) send();
  await client.closed;
}

function faultsOf(app: DevProcess): readonly unknown[] {
  return app.lines.filter(({ level }) => level === "warn" || level === "error");
}

/** Starts and stops it until nothing waits to be delivered. */
async function deliverAll(folder: string): Promise<void> {
  for (let times = 0; times < 10; times += 1) {
    const app = await startDev(folder);
    expect(await app.stop("SIGINT")).toBe(0);
    expect(faultsOf(app)).toEqual([]);
    const tables = await openTables(stageDir(folder));
    const left = await readAll(tables, "holdfast:deliveries");
    await tables.close();
    if (left.length === 0) return;
  }
  throw new Error("Messages are left after ten starts");
}

async function checkAll(folder: string, { acknowledged }: Ledger): Promise<void> {
  const tables = await openTables(folder);
  const log: string[] = [];
  const buckets = await openFileBucketStore({
    folder: path.join(folder, "buckets"),
    log: (_level, event) => void log.push(event),
  });
  try {
    const rows = await readRows(tables);
    const objects = await readObjects(buckets);
    const effects = new Set((await readAll(tables, "effects")).map((item) => textIn(item, "id")));
    const isThere = (request: string): boolean => {
      const [what = "", n = ""] = request.split(" ");
      if (what === "row") return rows.has(n);
      return effects.has(request) && (what !== "object" || objects.has(n));
    };
    expect([...acknowledged].filter((request) => !isThere(request))).toEqual([]);
    expect(await readAll(tables, "online")).toEqual([]);
    expect(await readAll(tables, "holdfast:connections")).toEqual([]);
    expect(await readdir(path.join(folder, "buckets", "unfinished"))).toEqual([]);
    expect(log).toEqual([]);
  } finally {
    await buckets.close();
    await tables.close();
  }
}

/** Those acknowledged and others: each is whole. */
async function readRows(tables: TableStore): Promise<ReadonlySet<string>> {
  const items = await readAll(tables, "rows");
  for (const item of items) expect(textIn(item, "text")).toBe(textOf(textIn(item, "id")));
  return new Set(items.map((item) => textIn(item, "id")));
}

async function readObjects(buckets: BucketStore): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  let after: string | undefined;
  do {
    const page = await buckets.list("objects", { ...(after !== undefined && { after }) });
    for (const { key } of page.objects) {
      const object = await buckets.get("objects", key);
      expect(Buffer.from(object?.bytes ?? []).toString()).toBe(textOf(key));
      keys.add(key);
    }
    after = page.next;
  } while (after !== undefined);
  return keys;
}

async function readAll(tables: TableStore, table: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await tables.scan({ table, ...(start && { start }) });
    items.push(...page.items);
    start = page.next;
  } while (start !== undefined);
  return items;
}

function openTables(folder: string): Promise<TableStore> {
  return openSqliteTableStore({ file: path.join(folder, "tables.db"), log: silentLog });
}

function stageDir(folder: string): string {
  return path.join(folder, ".holdfast", "dev");
}

function textIn(item: Item, name: string): string {
  const value = item[name];
  return value !== undefined && "S" in value ? value.S : "";
}
