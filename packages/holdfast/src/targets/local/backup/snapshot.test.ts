import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HoldfastError } from "../../../base/errors.ts";
import type { BackupSource } from "../../../ports/backups.ts";
import { takeSnapshot } from "./snapshot.ts";

let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(path.join(tmpdir(), "holdfast-"));
});

afterEach(() => rm(stateDir, { recursive: true }));

const stores: BackupSource = { backup: (to) => writeFile(path.join(to, "tables.db"), "tables") };
const { pid } = process;

it("holds what the stores copy, uploaded code and log groups, and no logs", async () => {
  for (const part of ["function-code/f", "log-groups", "logs"]) {
    await mkdir(path.join(stateDir, "dev", part), { recursive: true });
    await writeFile(path.join(stateDir, "dev", part, "a"), part);
  }
  const folder = await takeSnapshot({ stateDir, stage: "dev", pid, stores });
  expect((await readdir(folder)).toSorted()).toEqual(["function-code", "log-groups", "tables.db"]);
  expect(await readFile(path.join(folder, "function-code", "f", "a"), "utf8")).toBe("function-code/f");
});

it("removes what commands left that were killed, and nothing else", async () => {
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  const names = [`dev.snapshot-${dead}`, `dev.snapshot-${process.ppid}`, `prod.snapshot-${dead}`];
  for (const name of names) await mkdir(path.join(stateDir, name));
  await takeSnapshot({ stateDir, stage: "dev", pid, stores });
  const left = [`dev.snapshot-${pid}`, `dev.snapshot-${process.ppid}`, `prod.snapshot-${dead}`];
  expect((await readdir(stateDir)).toSorted()).toEqual(left.toSorted());
});

it("leaves nothing when it fails, and says why", async () => {
  const failing: BackupSource = {
    backup: () => Promise.reject(new HoldfastError("STORE_FAILED", "It is closed")),
  };
  const failed = takeSnapshot({ stateDir, stage: "dev", pid, stores: failing });
  await expect(failed).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(await readdir(stateDir)).toEqual([]);
});
