import { createHash } from "node:crypto";
import { open, readFile, stat, truncate } from "node:fs/promises";
import path from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";
import { makeFolder, openClient, removeFolder, runHoldfast, startDev } from "../support/holdfast.ts";
import type { Client, DevProcess } from "../support/holdfast.ts";
import { stateApp } from "./state-app.ts";

const pageBytes = 4096;
const rows = 60;

async function ask(client: Client, request: string): Promise<string> {
  client.socket.send(request);
  return client.next();
}

async function start(folder: string): Promise<{ readonly app: DevProcess; readonly client: Client }> {
  const app = await startDev(folder);
  onTestFinished(() => void app.child.kill("SIGKILL"));
  return { app, client: await openClient(app.url) };
}

/** The folder of an app with rows in its table, and the stage's data in it. */
async function makeState(
  signal: NodeJS.Signals,
): Promise<{ readonly folder: string; readonly data: string }> {
  const folder = await makeFolder({ "app.ts": stateApp });
  onTestFinished(() => removeFolder(folder));
  const { app, client } = await start(folder);
  for (let id = 0; id < rows; id += 1) expect(await ask(client, `row ${id}`)).toBe("row done");
  await app.stop(signal);
  return { folder, data: path.join(folder, ".holdfast", "dev") };
}

async function spoil(file: string, from: number, to: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(to - from, 0xa5), 0, to - from, from);
  await handle.close();
}

const digest = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

test("a database whose head is damaged is STATE_CORRUPT at the start, and is left as it is", async () => {
  const { folder, data } = await makeState("SIGINT");
  const file = path.join(data, "tables.db");
  await spoil(file, 0, 100);
  const before = await digest(file);
  for (let times = 0; times < 2; times += 1) {
    const { code, stdout, stderr } = await runHoldfast(["dev", "--json", "--port", "0"], folder);
    expect(`${stdout}${stderr}`).toContain("STATE_CORRUPT");
    expect(code).toBe(1);
  }
  expect(await digest(file)).toBe(before);
});

test("a database that was cut is STATE_CORRUPT, at the start or for who reads what is gone", async () => {
  const { folder, data } = await makeState("SIGINT");
  const file = path.join(data, "tables.db");
  await truncate(file, Math.floor((await stat(file)).size / 2 / pageBytes) * pageBytes);
  const { code, stdout, stderr } = await runHoldfast(["dev", "--json", "--port", "0"], folder);
  expect(`${stdout}${stderr}`).toContain("STATE_CORRUPT");
  expect(code).toBe(1);
});

test("queues whose database is damaged are STATE_CORRUPT, and are left as they are", async () => {
  const folder = await makeFolder({ "queues.db": "This is not a database. ".repeat(1_000) });
  onTestFinished(() => removeFolder(folder));
  const file = path.join(folder, "queues.db");
  const before = await digest(file);
  const opening = openSqliteQueueStore({ file, log: silentLog });
  await expect(opening).rejects.toMatchObject({ code: "STATE_CORRUPT" });
  expect(await digest(file)).toBe(before);
});

test("damage that a request comes upon is that request's error; the app goes on", async () => {
  const { folder, data } = await makeState("SIGINT");
  const file = path.join(data, "tables.db");
  const { size } = await stat(file);
  // Within the rows: what describes the tables stands before.
  await spoil(file, 60 * pageBytes, size);
  const { app, client } = await start(folder);
  for (let times = 0; times < 3; times += 1) expect(await ask(client, "all x")).toBe("all STATE_CORRUPT");
  const faults = app.lines.filter(({ level }) => level === "error").map(({ event }) => event);
  expect(faults).toEqual(["state.corrupt"]);
  expect(await ask(client, "object a")).toBe("object done");
  expect(await ask(client, "readObject a")).toBe("readObject done");
  expect(await app.stop()).toBe(0);
});

test("a write-ahead log that was torn gives back what was written before the tear", async () => {
  const { folder, data } = await makeState("SIGKILL");
  const log = path.join(data, "tables.db-wal");
  const { size } = await stat(log);
  await truncate(log, size - 1_000);
  const { app, client } = await start(folder);
  for (let id = 0; id < rows - 1; id += 1) expect(await ask(client, `read ${id}`)).toBe("read done");
  expect(await ask(client, "row more")).toBe("row done");
  expect(await app.stop()).toBe(0);
});
