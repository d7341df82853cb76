import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import type { TableStore } from "../../src/ports/table-store.ts";
import { loadSqlite } from "../../src/stores/sqlite/load-sqlite.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { ledger, transfer } from "./table-store-child.ts";

const childFile = join(import.meta.dirname, "table-store-child.ts");
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Closed when the test is over, if it opens. */
async function openStore(file: string): Promise<TableStore> {
  const store = await openSqliteTableStore({ file, log: silentLog });
  onTestFinished(() => store.close());
  return store;
}

function startChild(task: string, file: string, options: SpawnOptions = {}) {
  const child = spawn(process.execPath, [childFile, task, file], {
    ...options,
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Everything that the child printed until it ended. */
async function runChild(task: string, file: string, options?: SpawnOptions): Promise<string> {
  const child = startChild(task, file, options);
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return printed + complaints;
}

/** A database with so many transfers in it, closed. */
async function makeLedger(file: string, transfers: number): Promise<void> {
  const store = await openStore(file);
  await store.define(ledger);
  await Promise.all(Array.from({ length: transfers }, (_, id) => store.write(transfer(id))));
  await store.close();
}

test("a file that is no database is STATE_CORRUPT", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  await writeFile(file, "This is not a database. ".repeat(1_000));
  await expect(openStore(file)).rejects.toMatchObject({
    code: "STATE_CORRUPT",
    message: expect.stringContaining(file) as string,
  });
});

test("a database of something else is STATE_CORRUPT, and is left as it was", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  const other = new (loadSqlite().DatabaseSync)(file);
  other.exec("CREATE TABLE mine (x)");
  other.close();
  await expect(openStore(file)).rejects.toMatchObject({ code: "STATE_CORRUPT" });
  const again = new (loadSqlite().DatabaseSync)(file);
  expect(again.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "mine" }]);
  again.close();
});

test("a database of a newer layout is STATE_CORRUPT and says so", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  await makeLedger(file, 1);
  const database = new (loadSqlite().DatabaseSync)(file);
  database.exec("UPDATE holdfast_store SET version = 99");
  database.close();
  await expect(openStore(file)).rejects.toMatchObject({
    code: "STATE_CORRUPT",
    message: expect.stringContaining("layout 99") as string,
    hint: expect.stringContaining("newer Holdfast") as string,
  });
});

test("damage inside a database is STATE_CORRUPT for whoever comes upon it, and the store serves on", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  await makeLedger(file, 2_000);
  const { size } = await stat(file);
  const handle = await open(file, "r+");
  const garbage = Buffer.alloc(4096, 0xa5);
  // From the fortieth page on it is all items: what describes the tables stands before.
  for (let at = 40 * 4096; at < size; at += 4096) await handle.write(garbage, 0, 4096, at);
  await handle.close();
  const store = await openStore(file);
  await expect(store.scan({ table: "left" })).rejects.toMatchObject({ code: "STATE_CORRUPT" });
  await expect(store.scan({ table: "nowhere" })).rejects.toMatchObject({ code: "TABLE_REQUEST_INVALID" });
});

test("a folder that cannot be made is STATE_NOT_WRITABLE", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), "");
  await expect(openStore(join(folder, "file", "tables.db"))).rejects.toMatchObject({
    code: "STATE_NOT_WRITABLE",
  });
  await expect(openStore(folder)).rejects.toMatchObject({ code: "STATE_NOT_WRITABLE" });
});

test("a folder or a file that may only be read is STATE_NOT_WRITABLE", async ({ skip }) => {
  const folder = await temporaryFolder();
  await makeLedger(join(folder, "there", "tables.db"), 1);
  await chmod(join(folder, "there", "tables.db"), 0o444);
  await mkdir(join(folder, "empty"));
  for (const name of ["", "there", "empty"]) await chmod(join(folder, name), 0o755);
  // The superuser may write anywhere: it has somebody else try.
  const somebody = isRoot ? { uid: nobody, gid: nobody } : {};
  const canRun = spawnSync(process.execPath, ["--version"], somebody).status === 0;
  if (
    !canRun ||
    spawnSync(process.execPath, ["-e", `fs.readFileSync(${JSON.stringify(childFile)})`], somebody).status !==
      0
  ) {
    return skip("nobody else can run Node here");
  }
  if (!isRoot) for (const name of ["there", "empty"]) await chmod(join(folder, name), 0o555);
  expect(await runChild("once", join(folder, "empty", "tables.db"), somebody)).toBe("STATE_NOT_WRITABLE\n");
  expect(await runChild("once", join(folder, "empty", "more", "tables.db"), somebody)).toBe(
    "STATE_NOT_WRITABLE\n",
  );
  expect(await runChild("once", join(folder, "there", "tables.db"), somebody)).toBe("STATE_NOT_WRITABLE\n");
  if (!isRoot) for (const name of ["there", "empty"]) await chmod(join(folder, name), 0o755);
});

test("a full disk is STATE_NOT_WRITABLE for who writes, while others go on reading", async ({ skip }) => {
  const folder = await temporaryFolder();
  const isMounted =
    isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]).status === 0;
  if (!isMounted) return skip("a small file system cannot be mounted here");
  onTestFinished(() => void spawnSync("umount", [folder]));
  const store = await openSqliteTableStore({ file: join(folder, "tables.db"), log: silentLog });
  await store.define(ledger);
  const large = (id: number) => ({ id: { N: String(id) }, text: { S: "x".repeat(100_000) } });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, id) => store.write([{ kind: "put", table: "left", item: large(id) }])),
  );
  const codes = outcomes.map((outcome) =>
    outcome.status === "rejected" ? (outcome.reason as { code: string }).code : "written",
  );
  expect(new Set(codes)).toEqual(new Set(["written", "STATE_NOT_WRITABLE"]));
  for (const [id, code] of codes.entries()) {
    const item = await store.get("left", { id: { N: String(id) } });
    expect(item).toEqual(code === "written" ? large(id) : undefined);
  }
  await store.close();
});

test("a database that another process has open is STATE_IN_USE until that process is gone", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  const holder = startChild("hold", file);
  await once(holder.stdout, "data");
  await expect(openStore(file)).rejects.toMatchObject({ code: "STATE_IN_USE" });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const store = await openStore(file);
  expect(await runChild("once", file)).toBe("STATE_IN_USE\n");
  await store.close();
  expect(await runChild("once", file)).toBe("closed\n");
});

test("a database that is open in this process already is STATE_IN_USE too", async () => {
  const file = join(await temporaryFolder(), "tables.db");
  await openStore(file);
  await expect(openStore(file)).rejects.toMatchObject({ code: "STATE_IN_USE" });
});

test("the thread ends with its process, closed or not, and nothing is said on the way", async () => {
  const folder = await temporaryFolder();
  expect(await runChild("once", join(folder, "a.db"))).toBe("closed\n");
  expect(await runChild("leave", join(folder, "b.db"))).toBe("written\n");
  expect(await runChild("once", join(folder, "b.db"))).toBe("closed\n");
  // A store that was closed has brought everything into the one file.
  await expect(readFile(join(folder, "a.db-wal"))).rejects.toMatchObject({ code: "ENOENT" });
});
