import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { memoryLog } from "../../src/base/log.ts";
import { runBackup } from "../../src/cli/backup/run-backup.ts";
import { runRestore } from "../../src/cli/backup/run-restore.ts";
import type { CommandIo } from "../../src/cli/command-io.ts";
import { chooseApp } from "../../src/frontends/choose.ts";
import { connectTestClient } from "../../src/testing/test-client.ts";
import { startLocal, type LocalApp } from "../../src/targets/local/start-local.ts";
import { makeFolder, removeFolder } from "../support/holdfast.ts";

const source = `import { App } from "holdfast";
const app = new App("kept");
export default app;
const notes = app.table("notes", { key: "id" });
const files = app.bucket("files");
const ws = app.websocket();
ws.on("note", async ({ body }) => {
  await notes.put({ id: body.id, text: body.text });
  await files.put(body.id, body.text);
  return { id: body.id };
});
ws.on("read", async ({ body }) => ({
  note: (await notes.get({ id: body.id }))?.text,
  file: await (await files.get(body.id))?.text(),
}));
`;

const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function makeApp(): Promise<string> {
  const folder = await makeFolder({ "app.ts": source });
  opened.push(() => removeFolder(folder));
  return folder;
}

async function start(appDir: string): Promise<LocalApp> {
  const chosen = await chooseApp(undefined, appDir);
  const app = await startLocal({
    appDir,
    stateDir: path.join(appDir, ".holdfast"),
    stage: "production",
    reset: false,
    host: "localhost",
    port: 0,
    watch: false,
    clock: systemClock,
    log: memoryLog(),
    environment: process.env,
    openFrontend: chosen.open,
    evaluates: chosen.evaluates,
    commandsFolder: path.join(appDir, "s"),
  });
  opened.push(() => app.stop());
  return app;
}

type Client = Awaited<ReturnType<typeof connectTestClient>>;

async function connect(app: LocalApp): Promise<Client> {
  return connectTestClient(app.websockets[0]?.url ?? "", {});
}

async function note(client: Client, id: string, value = `text of ${id}`): Promise<void> {
  client.send({ action: "note", id, text: value });
  expect(await client.nextJson({ timeoutMs: 10_000 })).toEqual({ id });
}

async function read(client: Client, id: string): Promise<unknown> {
  client.send({ action: "read", id });
  return client.nextJson({ timeoutMs: 10_000 });
}

/** Runs a command's action, and resolves with the line of JSON that it prints. */
async function run(
  cwd: string,
  action: (io: CommandIo) => Promise<void>,
): Promise<Readonly<Record<string, unknown>>> {
  const stdout = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  await action({ ...streams, env: {}, cwd, onInterrupt: () => () => {} });
  stdout.end();
  return JSON.parse(await text(stdout)) as Readonly<Record<string, unknown>>;
}

const backUp = (cwd: string): ReturnType<typeof run> =>
  run(cwd, (io) => runBackup("backup.tar.gz", { json: true }, io));
const restore = (
  cwd: string,
  flags: { readonly discard?: true; readonly stage?: string } = {},
): ReturnType<typeof run> => run(cwd, (io) => runRestore("backup.tar.gz", { json: true, ...flags }, io));

const stateOf = (appDir: string): Promise<string[]> => readdir(path.join(appDir, ".holdfast"));

test("a backup of an app that runs, and is written to, is the state that was acknowledged, and can be restored", async () => {
  const appDir = await makeApp();
  const app = await start(appDir);
  const [writer, other] = [await connect(app), await connect(app)];
  const before = Array.from({ length: 100 }, (_, at) => `before-${at}`);
  for (const id of before) await note(writer, id);
  const over = new AbortController();
  const load = (async () => {
    let count = 0;
    for (; !over.signal.aborted; count += 1) await note(other, `during-${count}`);
    return count;
  })();
  const result = await backUp(appDir);
  over.abort();
  const during = await load;
  await note(writer, "before-0", "changed");
  await note(writer, "after");
  expect(result).toMatchObject({ event: "backed-up", app: "kept", stage: "production", format: 1 });
  expect((await stateOf(appDir)).filter((name) => name.includes("snapshot"))).toEqual([]);
  await expect(restore(appDir)).rejects.toMatchObject({ code: "STATE_IN_USE" });
  expect(await read(writer, "after")).toMatchObject({ note: "text of after" });
  await app.stop();

  const restored = await restore(appDir);
  expect(restored).toMatchObject({ event: "restored", stage: "production", files: result.files });
  expect(await readdir(String(restored.kept))).toContain("tables.db");
  const client = await connect(await start(appDir));
  for (const id of before) {
    const value = `text of ${id}`;
    expect(await read(client, id)).toEqual({ note: value, file: value });
  }
  expect(await read(client, "after")).toEqual({});
  for (let at = 0; at < during; at += 1) {
    const found = (await read(client, `during-${at}`)) as Readonly<Record<string, string>>;
    for (const value of Object.values(found)) expect(value).toBe(`text of during-${at}`);
  }
});

test("the state of an app that does not run is backed up, and restored elsewhere, as another stage", async () => {
  const appDir = await makeApp();
  const app = await start(appDir);
  await note(await connect(app), "a");
  await app.stop();
  const result = await backUp(appDir);
  expect(result).not.toHaveProperty("app");
  const elsewhere = await makeApp();
  await writeFile(path.join(elsewhere, "backup.tar.gz"), await readFile(path.join(appDir, "backup.tar.gz")));
  expect(await restore(elsewhere, { stage: "copy" })).not.toHaveProperty("kept");
  expect(await stateOf(elsewhere)).toEqual(["copy"]);
  await restore(elsewhere);
  expect(await read(await connect(await start(elsewhere)), "a")).toEqual({
    note: "text of a",
    file: "text of a",
  });
});

test("a state that is damaged is replaced by a backup, and its logs stay", async () => {
  const appDir = await makeApp();
  const app = await start(appDir);
  await note(await connect(app), "a");
  await backUp(appDir);
  await app.stop();
  const stageDir = path.join(appDir, ".holdfast", "production");
  await writeFile(path.join(stageDir, "tables.db"), "damaged");
  await rm(path.join(stageDir, "tables.db-wal"), { force: true });
  await expect(start(appDir)).rejects.toMatchObject({ code: "STATE_CORRUPT" });
  const logs = await readdir(path.join(stageDir, "logs"));
  await restore(appDir, { discard: true });
  expect(await readdir(path.join(stageDir, "logs"))).toEqual(logs);
  expect((await stateOf(appDir)).filter((name) => name.includes("restore"))).toEqual([]);
  expect(await read(await connect(await start(appDir)), "a")).toEqual({
    note: "text of a",
    file: "text of a",
  });
});

test("a backup that is damaged, cut short or none is refused, and nothing is changed", async () => {
  const appDir = await makeApp();
  const app = await start(appDir);
  await note(await connect(app), "a");
  await backUp(appDir);
  await app.stop();
  const file = path.join(appDir, "backup.tar.gz");
  const whole = await readFile(file);
  const before = await stateOf(appDir);
  const unpacked = gunzipSync(whole);
  // One letter of an object, where no checksum of the archive's own looks.
  const changed = Buffer.from(unpacked);
  changed.write("TEXT", changed.indexOf("text of a"));
  const outside = Buffer.from(unpacked);
  const wrong = [
    Buffer.from("none"),
    gzipSync("none"),
    gzipSync(changed),
    gzipSync(outside.subarray(0, 4096)),
  ];
  for (const bytes of wrong) {
    await writeFile(file, bytes);
    await expect(restore(appDir)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  }
  await writeFile(file, whole);
  await truncate(file, whole.length - 20);
  await expect(restore(appDir)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  await rm(file);
  await expect(restore(appDir)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  expect(await stateOf(appDir)).toEqual(before);
  expect(await read(await connect(await start(appDir)), "a")).toEqual({
    note: "text of a",
    file: "text of a",
  });
});

test("where nothing can be backed up, that is said, and no file is made", async () => {
  const appDir = await makeApp();
  const given = { json: true, state: "nowhere" } as const;
  const nothing = run(appDir, (io) => runBackup("backup.tar.gz", given, io));
  await expect(nothing).rejects.toMatchObject({ code: "STATE_NOT_FOUND" });
  const app = await start(appDir);
  await app.stop();
  const unwritable = run(appDir, (io) => runBackup("no/such/folder.tar.gz", { json: true }, io));
  await expect(unwritable).rejects.toMatchObject({ code: "OUTPUT_FAILED" });
  expect(await readdir(appDir)).not.toContain("backup.tar.gz");
});
