import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { memoryLog, silentLog } from "../../src/base/log.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { ReceivedMessage } from "../../src/ports/queue-store.ts";
import { backUpBuckets } from "../../src/stores/files/backup.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { openSqliteQueueStore } from "../../src/stores/sqlite/queue-store.ts";
import { openSqliteTableStore } from "../../src/stores/sqlite/table-store.ts";
import { describeBackups } from "./backups.ts";
import { bytesOf, getText, listAll } from "./bucket-store-fixture.ts";
import { queue } from "./queue-store-fixture.ts";
import { put, scanAll, table } from "./table-store-fixture.ts";
import { shareCompiledThreads } from "./thread-cache.ts";

shareCompiledThreads();

describeBackups("the SQLite table store", "tables.db", async (file) => {
  const store = await openSqliteTableStore({ file, log: silentLog });
  await store.define([table("texts")]);
  return {
    write: (text) => store.write([put("texts", { id: { S: text } })]),
    remove: (text) => store.write([{ kind: "delete", table: "texts", key: { id: { S: text } } }]),
    backup: (to) => store.backup(to),
    read: async () => (await scanAll(store, "texts")).map(({ id }) => (id as { S: string }).S),
    close: () => store.close(),
  };
});

describeBackups("the SQLite queue store", "queues.db", async (file) => {
  const store = await openSqliteQueueStore({ file, log: silentLog });
  await store.define([queue("texts", { visibilityTimeoutMs: 0 })]);
  const receiveAll = async (): Promise<readonly ReceivedMessage[]> => {
    const found = new Map<string, ReceivedMessage>();
    const hidden = { maximum: 10, waitMs: 0, visibilityTimeoutMs: 60_000 };
    for (;;) {
      const messages = await store.receive("texts", hidden);
      if (messages.length === 0) break;
      for (const message of messages) found.set(message.body, message);
    }
    const all = [...found.values()];
    await store.changeVisibility(
      "texts",
      all.map(({ handle }) => ({ handle, visibilityTimeoutMs: 0 })),
    );
    return all;
  };
  return {
    write: (body) => store.send("texts", [{ body }]),
    remove: async (text) => {
      const handles = (await receiveAll()).filter(({ body }) => body === text);
      await store.delete(
        "texts",
        handles.map(({ handle }) => handle),
      );
    },
    backup: (to) => store.backup(to),
    read: async () => (await receiveAll()).map(({ body }) => body),
    close: () => store.close(),
  };
});

describeBackups("the bucket store of files", "buckets", async (folder) => {
  const store = await openFileBucketStore({ folder, clock: systemClock, log: silentLog });
  await store.define(["texts"]);
  const keyOf = (text: string): string => text.split(" ", 1)[0] ?? "";
  return {
    write: (text) => store.put("texts", keyOf(text), { bytes: bytesOf(text) }),
    remove: (text) => store.delete("texts", [keyOf(text)]),
    backup: (to) => backUpBuckets(folder, to),
    read: async () => {
      const keys = await listAll(store, "texts");
      return Promise.all(keys.map(async (key) => (await getText(store, "texts", key)) ?? ""));
    },
    close: () => store.close(),
  };
});

it("a backup of buckets has uploads with their parts, and nothing that is not the store's", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "holdfast-"));
  const folder = path.join(parent, "buckets");
  const store = await openFileBucketStore({ folder, clock: systemClock, log: silentLog });
  await store.define(["Texts"]);
  const upload = await store.createUpload("Texts", "a", {});
  await store.putPart("Texts", upload, { partNumber: 1, bytes: bytesOf("one") });
  await writeFile(path.join(folder, "unfinished", "9"), "half");
  const to = path.join(parent, "copy");
  await backUpBuckets(folder, to);
  const log = memoryLog();
  const copy = await openFileBucketStore({ folder: to, clock: systemClock, log });
  expect((await copy.getUpload("Texts", upload))?.parts).toHaveLength(1);
  expect(log.entries).toEqual([]);
  await store.close();
  await copy.close();
  await rm(parent, { recursive: true });
});

it("closing a store gives up the backup that is being made", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-"));
  const store = await openSqliteTableStore({ file: path.join(folder, "tables.db"), log: silentLog });
  await store.define([table("texts")]);
  const long = { S: "x".repeat(300_000) };
  const writes = Array.from({ length: 50 }, (_, at) => put("texts", { id: { S: String(at) }, long }));
  for (const one of writes) await store.write([one]);
  const backup = store.backup(path.join(folder, "copy.db"));
  const [outcome] = await Promise.allSettled([backup, store.close()]);
  // A fast disk may have been done before.
  expect(["rejected", "fulfilled"]).toContain(outcome.status);
  await expect(store.backup(path.join(folder, "late.db"))).rejects.toMatchObject({ code: "STORE_FAILED" });
  await rm(folder, { recursive: true });
});
