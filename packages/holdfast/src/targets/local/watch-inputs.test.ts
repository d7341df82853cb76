import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchInputs, type InputWatcher } from "./watch-inputs.ts";

let folder = "";
let watcher: InputWatcher;
let changes = 0;
let seen: () => void = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-watch-"));
  changes = 0;
  watcher = watchInputs(() => {
    changes += 1;
    seen();
  });
});
afterEach(async () => {
  await watcher.close();
  await rm(folder, { recursive: true });
});

/** What comes of the next change that is seen. */
function nextChange(): Promise<void> {
  return new Promise((resolve) => {
    seen = resolve;
  });
}

async function watched(...paths: string[]): Promise<void> {
  watcher.setInputs(paths);
  await watcher.ready();
}

it("a file that appears in a folder that counts is a change, and so is a change to one that is there", async () => {
  const file = path.join(folder, "app.js");
  await watched(folder);
  const added = nextChange();
  await writeFile(file, "1");
  await added;
  const changed = nextChange();
  await writeFile(file, "22");
  await changed;
  expect(changes).toBeGreaterThanOrEqual(2);
});

it("what is deeper than a folder that counts, or a tool's own, is none", async () => {
  await mkdir(path.join(folder, "node_modules"));
  await mkdir(path.join(folder, "deep"));
  const file = path.join(folder, "app.js");
  await watched(folder);
  await writeFile(path.join(folder, "deep", "x.js"), "");
  await writeFile(path.join(folder, "node_modules", "x.js"), "");
  await mkdir(path.join(folder, ".holdfast"));
  await mkdir(path.join(folder, "__pycache__"));
  const changed = nextChange();
  await writeFile(file, "");
  await changed;
  expect(changes).toBe(1);
});

it("a file counts by itself, whatever is beside it", async () => {
  const file = path.join(folder, ".env");
  await writeFile(file, "");
  await watched(file);
  await writeFile(path.join(folder, "other.js"), "");
  const changed = nextChange();
  await writeFile(file, "A=b");
  await changed;
  expect(changes).toBe(1);
});
