import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { memoryLog } from "../../src/base/log.ts";
import type { BucketStore } from "../../src/ports/bucket-store.ts";
import { openFileBucketStore } from "../../src/stores/files/bucket-store.ts";
import { bytesOfVersion, isDelete, writerKeys } from "./bucket-store-versions.ts";

const scriptOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Lets a process write for a while, kills it, and returns the last version acknowledged of each key. */
async function writeAndKill(
  folder: string,
  firstVersion: number,
  forMs: number,
): Promise<Map<string, number>> {
  const writer = spawn(process.execPath, [scriptOf("bucket-store-writer.ts"), folder, String(firstVersion)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void writer.kill("SIGKILL"));
  let output = "";
  writer.stdout.on("data", (data) => (output += String(data)));
  await once(writer.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, forMs));
  writer.kill("SIGKILL");
  await once(writer, "close");
  const lines = output.split("\n").slice(0, -1);
  return new Map(lines.map((line) => line.split(" ")).map(([key = "", version]) => [key, Number(version)]));
}

test("what was acknowledged is whole after kill -9, and nothing half written is left", async () => {
  const folder = await makeFolder();
  let firstVersion = 0;
  let acknowledgements = 0;
  for (let round = 0; round < 5; round += 1) {
    const acknowledged = await writeAndKill(folder, firstVersion, 50 + round * 67);
    const log = memoryLog();
    const store = await openFileBucketStore({ folder, log });
    expect(log.entries).toEqual([]);
    expect(await readdir(join(folder, "unfinished"))).toEqual([]);
    for (const key of writerKeys) {
      const last = acknowledged.get(key) ?? firstVersion - 1;
      const object = await store.get("b", key);
      // The version acknowledged last, or the one that was being written.
      const version = object === undefined ? undefined : Number(object.contentType.slice("text/v".length));
      const possible = [last, last + 1].map((one) => (one < 0 || isDelete(one) ? undefined : one));
      expect(possible).toContain(version);
      const expected = version === undefined ? undefined : Buffer.from(bytesOfVersion(key, version));
      expect(object === undefined ? undefined : expected?.equals(object.bytes)).toBe(
        version === undefined ? undefined : true,
      );
      acknowledgements += last - firstVersion + 1;
    }
    await checkParts(store, acknowledged);
    await store.close();
    // The next round begins each key with a put, whatever is there.
    firstVersion = (Math.ceil(Math.max(...acknowledged.values()) / 7) + 1) * 7;
    const cleared = await openFileBucketStore({ folder, log });
    for (const key of writerKeys) {
      await cleared.put("b", key, {
        bytes: bytesOfVersion(key, firstVersion - 2),
        contentType: `text/v${firstVersion - 2}`,
      });
      await cleared.delete("b", [key]);
    }
    await cleared.close();
  }
  expect(acknowledgements).toBeGreaterThan(100);
});

/** Each part is as it was acknowledged last, or as it was being written. */
async function checkParts(store: BucketStore, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const [name = "", last = 0] = [...acknowledged].find(([key]) => key.startsWith("parts/")) ?? [];
  const upload = await store.getUpload("b", name.slice("parts/".length));
  const parts = new Map(upload?.parts.map((part) => [part.partNumber, part]));
  for (let at = Math.max(1, last - 90); at <= last; at += 1) {
    const etag = createHash("md5").update(bytesOfVersion("part", at)).digest("hex");
    expect(parts.get(1 + (at % 100))?.etag).toBe(etag);
  }
}

test("objects that earlier versions stored are there", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "bucket-b"));
  // As version 0.1.0 wrote it.
  const facts = {
    key: "k",
    sizeBytes: 4,
    contentType: "text/plain",
    etag: "1cb251ec0d568de6a929b520c4aed8d1",
    modifiedAtMs: 1_700_000_000_000,
  };
  const header = Buffer.from(JSON.stringify(facts));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(header.length, 0);
  lengths.writeUInt32BE(crc32(header), 4);
  const file = createHash("sha256").update("k").digest("hex");
  await writeFile(
    join(folder, "bucket-b", file),
    Buffer.concat([Buffer.from("HFO1"), lengths, header, Buffer.from("text")]),
  );
  const log = memoryLog();
  const store = await openFileBucketStore({ folder, log });
  const { bytes = new Uint8Array(), ...more } = (await store.get("b", "k")) ?? {};
  expect([Buffer.from(bytes).toString(), more]).toEqual(["text", facts]);
  expect(await store.setTags("b", "k", { a: "1" })).toEqual({ ...facts, tags: { a: "1" } });
  expect(log.entries).toEqual([]);
  await store.close();
});

test("a damaged part or upload is reported, and never becomes an object", async () => {
  const folder = await makeFolder();
  const log = memoryLog();
  const store = await openFileBucketStore({ folder, log });
  await store.define(["b"]);
  const bytes = Buffer.from("some text");
  const ids = [await store.createUpload("b", "k", {}), await store.createUpload("b", "lost", {})];
  const parts = [
    await store.putPart("b", ids[0] ?? "", { partNumber: 1, bytes }),
    await store.putPart("b", ids[0] ?? "", { partNumber: 2, bytes }),
  ].flatMap((part) => (part === undefined ? [] : [part]));
  const fileOfPart = (name: string, at: number): string =>
    join(folder, "bucket-b", "uploads", ids[at] ?? "", name);
  const flip = async (file: string): Promise<void> => {
    const content = await readFile(file);
    content[content.length - 2] = (content.at(-2) ?? 0) ^ 1;
    await writeFile(file, content);
  };
  await flip(fileOfPart("1", 0));
  const complete = (some: typeof parts) => store.completeUpload("b", ids[0] ?? "", { parts: some });
  await expect(complete(parts.slice(0, 1))).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(await store.head("b", "k")).toBeUndefined();
  expect(await readdir(join(folder, "unfinished"))).toEqual([]);
  await truncate(fileOfPart("2", 0), 30);
  await flip(fileOfPart("upload", 1));
  await store.close();
  const next = await openFileBucketStore({ folder, log });
  expect((await next.getUpload("b", ids[0] ?? ""))?.parts.map(({ partNumber }) => partNumber)).toEqual([1]);
  expect(await next.getUpload("b", ids[1] ?? "")).toBeUndefined();
  expect(log.entries.map(({ event }) => event)).toEqual(["bucket.object-damaged", "bucket.object-damaged"]);
  await next.close();
});

test("a file damaged in any way is reported and left alone, and its object counts as absent", async () => {
  const folder = await makeFolder();
  const bytes = Buffer.from("some text");
  const property = fc.asyncProperty(
    fc.oneof(
      fc.record({ kind: fc.constant("flip"), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ kind: fc.constantFrom("truncate", "append"), at: fc.nat(), by: fc.constant(1) }),
    ),
    fc.boolean(),
    async ({ kind, at, by }, isOpen) => {
      const log = memoryLog();
      let store = await openFileBucketStore({ folder, log });
      await store.define(["b"]);
      await store.put("b", "k", { bytes });
      await store.put("b", "sound", { bytes });
      const file = await fileOf(join(folder, "bucket-b"), '"k"');
      if (!isOpen) await store.close();
      const content = await readFile(file);
      const place = at % content.length;
      if (kind === "flip") {
        content[place] = (content[place] ?? 0) ^ by;
        await writeFile(file, content);
      } else if (kind === "truncate") await truncate(file, place);
      else await appendFile(file, "x");
      const damaged = await readFile(file);
      if (!isOpen) store = await openFileBucketStore({ folder, log });

      expect(await store.get("b", "k")).toBeUndefined();
      expect(await store.head("b", "k")).toBeUndefined();
      expect((await store.list("b", {})).objects.map(({ key }) => key)).toEqual(["sound"]);
      expect(await store.delete("b", ["k"])).toEqual([]);
      expect((await readFile(file)).equals(damaged)).toBe(true);
      expect(log.entries).toMatchObject([
        { level: "error", event: "bucket.object-damaged", fields: { bucket: "b", file } },
      ]);

      await store.put("b", "k", { bytes });
      expect(Buffer.from((await store.get("b", "k"))?.bytes ?? []).equals(bytes)).toBe(true);
      await store.close();
    },
  );
  await expect(fc.assert(property, { numRuns: 100 })).resolves.toBeUndefined();
});

async function fileOf(folder: string, mark: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if ((await readFile(join(folder, name))).includes(mark)) return join(folder, name);
  }
  throw new Error(`No file holds ${mark}`);
}

test("an object's file under another's name, or gone, is no object", async () => {
  const folder = await makeFolder();
  const log = memoryLog();
  const store = await openFileBucketStore({ folder, log });
  await store.define(["b"]);
  for (const key of ["j", "k", "l"]) await store.put("b", key, { bytes: Buffer.from(key) });
  const [j, k, l] = await Promise.all(
    ["j", "k", "l"].map((key) => fileOf(join(folder, "bucket-b"), `"${key}"`)),
  );
  await writeFile(j ?? "", await readFile(k ?? ""));
  await rm(l ?? "");
  expect(await store.get("b", "j")).toBeUndefined();
  expect(await store.get("b", "l")).toBeUndefined();
  expect(log.entries.map(({ event }) => event)).toEqual(["bucket.object-damaged", "bucket.object-damaged"]);
  await store.close();
  const next = await openFileBucketStore({ folder, log });
  expect((await next.list("b", {})).objects.map(({ key }) => key)).toEqual(["k"]);
  expect(log.entries).toHaveLength(3);
  await next.close();
});

test("what was being written when a process ended is removed, and what others left is not", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "unfinished"));
  await writeFile(join(folder, "unfinished", "17"), "half");
  await mkdir(join(folder, "bucket-b"));
  await writeFile(join(folder, "bucket-b", ".DS_Store"), "x");
  await writeFile(join(folder, "notes.txt"), "x");
  const log = memoryLog();
  const store = await openFileBucketStore({ folder, log });
  expect(await readdir(join(folder, "unfinished"))).toEqual([]);
  expect(await store.list("b", {})).toEqual({ objects: [] });
  expect(await readdir(join(folder, "bucket-b"))).toEqual([".DS_Store"]);
  expect((await readdir(folder)).toSorted()).toEqual(["bucket-b", "notes.txt", "unfinished"]);
  expect(log.entries).toEqual([]);
  await store.close();
});

test("a file where the folder should be is not writable", async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, "file"), "x");
  for (const place of ["file", "file/below"]) {
    await expect(
      openFileBucketStore({ folder: join(folder, place), log: memoryLog() }),
    ).rejects.toMatchObject({ code: "STATE_NOT_WRITABLE" });
  }
});

const namespace = ["--user", "--map-root-user", "--mount"];
const canMount = spawnSync("unshare", [...namespace, "true"]).status === 0;

test.skipIf(!canMount)(
  "a full and a read-only disk are said to be, and harm nothing that is there",
  async () => {
    const folder = await makeFolder();
    const script = scriptOf("bucket-store-full-disk.ts");
    const output = execFileSync("unshare", [...namespace, process.execPath, script, folder], {
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toEqual({
      small: "done",
      large: "done",
      full: ["STATE_NOT_WRITABLE", "STATE_NOT_WRITABLE"],
      afterFull: ["1000 s", "600000 l", null],
      unfinished: 0,
      deleted: "done",
      again: "done",
      readOnly: ["STATE_NOT_WRITABLE", "STATE_NOT_WRITABLE", "STATE_NOT_WRITABLE"],
      opened: "STATE_NOT_WRITABLE",
      afterReadOnly: "1000 s",
      reports: 1,
    });
  },
);

test("refuses more work than it bounds, and takes more when that is done", async () => {
  const folder = await makeFolder();
  const store = await openFileBucketStore({ folder, log: memoryLog() });
  await store.define(["b"]);
  const bytes = new Uint8Array(15 * 1024 * 1024);
  const puts = Array.from({ length: 18 }, (_, at) => store.put("b", `${at}`, { bytes }));
  const outcomes = await Promise.allSettled(puts);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 17 }, () => "fulfilled"),
    "rejected",
  ]);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: "STORE_OVERLOADED" } });
  await store.put("b", "17", { bytes });
  await store.close();
});
