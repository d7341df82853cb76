import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStateFolder } from "./state-folder.ts";

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "holdfast-state-"));
  folder = path.join(parent, ".holdfast");
});

afterEach(() => rm(parent, { recursive: true, force: true }));

const open = (reset = false): ReturnType<typeof openStateFolder> =>
  openStateFolder({ folder, stage: "dev", reset });

test("a state folder is made, ignores itself in git, and keeps stages apart", async () => {
  const state = await open();
  expect(await readFile(path.join(folder, ".gitignore"), "utf8")).toBe("*\n");
  expect(state.tablesFile).toBe(path.join(folder, "dev/tables.db"));
});

test("reset forgets one stage's data and nothing else", async () => {
  const state = await open();
  await writeFile(state.tablesFile, "data");
  const other = await openStateFolder({ folder, stage: "other", reset: false });
  await writeFile(other.tablesFile, "data");
  await open(true);
  await expect(stat(state.tablesFile)).rejects.toThrow("ENOENT");
  expect(await readFile(other.tablesFile, "utf8")).toBe("data");
});

test("a folder whose app runs in another process is refused, naming the process", async () => {
  const state = await open();
  const child = spawn("sleep", ["60"]);
  try {
    await state.announce({ pid: child.pid ?? 0, websockets: [], http: "http://localhost:1/" });
    await expect(open()).rejects.toMatchObject({
      code: "STATE_IN_USE",
      message: expect.stringContaining(String(child.pid)),
    });
  } finally {
    child.kill();
  }
});

test("a note that a killed process left, or a broken one, does not count", async () => {
  const state = await open();
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  await state.announce({ pid: child.pid ?? 0, websockets: [], http: "http://localhost:1/" });
  await expect(open()).resolves.toBeDefined();
  await writeFile(path.join(folder, "running.json"), '{"pid":');
  await expect(open()).resolves.toBeDefined();
});

test("leaving takes the note and the bundles away", async () => {
  const state = await open();
  await state.announce({ pid: process.pid, websockets: [], http: "http://localhost:1/" });
  await state.leave();
  await expect(stat(path.join(folder, "running.json"))).rejects.toThrow("ENOENT");
  await expect(stat(state.buildDir)).rejects.toThrow("ENOENT");
});

test("a place that cannot be written is an error that names it", async () => {
  await writeFile(folder, "a file in the way");
  await expect(open()).rejects.toMatchObject({
    code: "STATE_NOT_WRITABLE",
    message: expect.stringContaining(folder),
  });
});
