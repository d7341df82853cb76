import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
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

const open = (): ReturnType<typeof openStateFolder> => openStateFolder({ folder, stage: "dev" });

test("a state folder is made, ignores itself in git, and keeps stages apart", async () => {
  const state = await open();
  expect(await readFile(path.join(folder, ".gitignore"), "utf8")).toBe("*\n");
  expect(state.stageDir).toBe(path.join(folder, "dev"));
});

test("the bundles of runs that ended are removed, and those of others that live are left alone", async () => {
  const child = spawn("sleep", ["60"]);
  try {
    await mkdir(path.join(folder, "build", String(child.pid)), { recursive: true });
    await mkdir(path.join(folder, "build", "999999999"), { recursive: true });
    await open();
    const names = await readdir(path.join(folder, "build"));
    expect(names.toSorted()).toEqual([String(child.pid), String(process.pid)].toSorted());
  } finally {
    child.kill();
  }
});

test("the note of another process that lives is told, and a run that announced nothing leaves it alone", async () => {
  const state = await open();
  const child = spawn("sleep", ["60"]);
  try {
    const note = { pid: child.pid ?? 0, stage: "dev", websockets: [], http: "http://localhost:1/" };
    await state.announce(note);
    const other = await open();
    expect(await other.running()).toEqual(note);
    await other.leave();
    expect(await state.running()).toEqual(note);
  } finally {
    child.kill();
  }
});

test("a note that a killed process left, or a broken one, does not count", async () => {
  const state = await open();
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  await state.announce({ pid: child.pid ?? 0, stage: "dev", websockets: [], http: "http://localhost:1/" });
  expect(await state.running()).toBeUndefined();
  await writeFile(path.join(folder, "running.json"), '{"pid":');
  expect(await state.running()).toBeUndefined();
});

test("leaving takes the note and the bundles away", async () => {
  const state = await open();
  await state.announce({ pid: process.pid, stage: "dev", websockets: [], http: "http://localhost:1/" });
  await state.leave();
  await expect(stat(path.join(folder, "running.json"))).rejects.toThrow("ENOENT");
  await expect(stat(state.buildDir)).rejects.toThrow("ENOENT");
});

test("leaving lets the note of a successor be", async () => {
  const state = await open();
  const child = spawn("sleep", ["60"]);
  try {
    await state.announce({ pid: process.pid, stage: "dev", websockets: [], http: "http://localhost:1/" });
    const successor = await open();
    await successor.announce({
      pid: child.pid ?? 0,
      stage: "dev",
      websockets: [],
      http: "http://localhost:2/",
    });
    await state.leave();
    expect(await successor.running()).toMatchObject({ pid: child.pid });
  } finally {
    child.kill();
  }
});

test("a place that cannot be written is an error that names it", async () => {
  await writeFile(folder, "a file in the way");
  await expect(open()).rejects.toMatchObject({
    code: "STATE_NOT_WRITABLE",
    message: expect.stringContaining(folder),
  });
});
