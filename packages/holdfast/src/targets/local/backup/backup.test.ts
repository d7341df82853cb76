import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../../base/clock.ts";
import { silentLog } from "../../../base/log.ts";
import { manifestName } from "./backup-parts.ts";
import type { BackupManifest } from "./manifest.ts";
import { readArchive } from "./read-archive.ts";
import { restoreState } from "./restore-state.ts";
import { TarWriter } from "./tar-writer.ts";
import { writeArchive } from "./write-archive.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-"));
});

afterEach(() => rm(folder, { recursive: true }));

const about = { version: "1.0.0", app: "chat", stage: "production", time: "2026-01-31T12:00:00.000Z" };

type Files = readonly (readonly [string, string])[];

/** An archive as somebody else may have made it, whose manifest fits what is in it unless said. */
async function forge(
  files: Files,
  change: Partial<Record<keyof BackupManifest, unknown>> = {},
): Promise<string> {
  const output = new PassThrough();
  const written = buffer(output);
  const tar = new TarWriter(output);
  const add = (name: string, text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    return tar.add({ name, sizeBytes: bytes.length, mode: 0o644, modifiedMs: 0 }, [bytes]);
  };
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  const sums = files.map(([name, text]) => `${sha256(text)}  ${name}\n`).join("");
  const bytes = files.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  const manifest = { format: 1, ...about, files: files.length, bytes, sumsSha256: sha256(sums), ...change };
  for (const [name, text] of files) await add(name, text);
  await add(manifestName, JSON.stringify(manifest));
  await tar.end();
  const file = path.join(folder, "backup.tar.gz");
  await writeFile(file, gzipSync(await written));
  return file;
}

const unpacked = (): string => path.join(folder, "unpacked");

it("an archive is read as it was written, with the right to run files", async () => {
  const state = path.join(folder, "state");
  const program = path.join("function-code", "f", "ünï", "bootstrap");
  await mkdir(path.dirname(path.join(state, program)), { recursive: true });
  await writeFile(path.join(state, program), "#!/bin/sh", { mode: 0o755 });
  await writeFile(path.join(state, "tables.db"), Buffer.alloc(300_000, "t"));
  await writeFile(path.join(state, "tables.db-wal"), "left out");
  const output = new PassThrough();
  const written = buffer(output);
  const seen: number[] = [];
  const onProgress = ({ bytes }: { readonly bytes: number }): void => void seen.push(bytes);
  const manifest = await writeArchive({ folder: state, about, output, onProgress });
  expect(manifest).toMatchObject({ ...about, files: 2, bytes: 300_009 });
  expect(seen).toEqual([300_000, 300_009]);

  const file = path.join(folder, "backup.tar.gz");
  await writeFile(file, await written);
  expect(await readArchive({ file, folder: unpacked() })).toEqual(manifest);
  expect(await readFile(path.join(unpacked(), program), "utf8")).toBe("#!/bin/sh");
  expect((await readdir(unpacked())).toSorted()).toEqual(["function-code", "tables.db"]);
});

it("an archive is refused that leads out of its folder, or holds what is no part of a state", async () => {
  for (const name of ["../outside", "/outside", "buckets/../../outside", "logs/a", "running.json"]) {
    const file = await forge([[name, "x"]]);
    await expect(readArchive({ file, folder: unpacked() })).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  }
  expect(await readdir(folder)).toEqual(["backup.tar.gz"]);
});

it("an archive is refused whose files are not those of its manifest", async () => {
  const files: Files = [["tables.db", "a"]];
  const wrong: (readonly [Files, Partial<Record<keyof BackupManifest, unknown>>])[] = [
    [files, { files: 2 }],
    [files, { bytes: 7 }],
    [files, { sumsSha256: "0".repeat(64) }],
    [files, { format: 2 }],
    [files, { stage: "../production" }],
    [files, { time: "yesterday" }],
    [[...files, ["tables.db", "b"]], {}],
  ];
  for (const [given, change] of wrong) {
    const file = await forge(given, change);
    await expect(readArchive({ file, folder: unpacked() })).rejects.toMatchObject({ code: "BACKUP_INVALID" });
    await rm(unpacked(), { recursive: true, force: true });
  }
});

it("a state that cannot be opened is not restored, and what is there stays", async () => {
  const stateDir = path.join(folder, "state");
  await mkdir(path.join(stateDir, "production"), { recursive: true });
  await writeFile(path.join(stateDir, "production", "kept"), "as it was");
  const options = { stateDir, discard: true, clock: new ManualClock(), log: silentLog };
  const given: Files[] = [[["tables.db", "no database"]], [["buckets/a", "without tables"]]];
  for (const files of given) {
    const restoring = restoreState({ ...options, file: await forge(files) });
    await expect(restoring).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  }
  expect(await readdir(stateDir)).toEqual(["production"]);
  expect(await readdir(path.join(stateDir, "production"))).toEqual(["kept"]);
});
