import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeArtefact, writeArtefacts } from "./artefact.ts";

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-artefacts-"));
  out = path.join(folder, "out/docker");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a folder has the files of the last build, and no others", async () => {
  await writeArtefacts(out, [{ path: "a/old.txt", content: "1" }]);
  await writeArtefacts(out, [
    { path: "a/new.txt", content: "2" },
    { path: "run", content: "3", executable: true },
  ]);

  expect((await readdir(out)).toSorted()).toEqual([".holdfast-artefact", "a", "run"]);
  expect(await readdir(path.join(out, "a"))).toEqual(["new.txt"]);
  expect((await stat(path.join(out, "run"))).mode & 0o777).toBe(0o755);
  expect(await readdir(path.dirname(out))).toEqual(["docker"]);
});

test("a build that fails leaves what was there", async () => {
  await writeArtefacts(out, [{ path: "a", content: "1" }]);
  const failing = writeArtefacts(out, [
    { path: "a", content: "2" },
    { path: "a/b", content: "a file is no folder" },
  ]);

  await expect(failing).rejects.toMatchObject({ code: "OUTPUT_FAILED" });
  expect(await readFile(path.join(out, "a"), "utf8")).toBe("1");
  expect(await readdir(path.dirname(out))).toEqual(["docker"]);
});

test("a folder that no build wrote is not replaced", async () => {
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, "mine.txt"), "mine");
  await expect(writeArtefacts(out, [])).rejects.toMatchObject({ code: "FOLDER_NOT_EMPTY" });
  expect(await readFile(path.join(out, "mine.txt"), "utf8")).toBe("mine");
});

test("a single file is there whole or not at all", async () => {
  const file = path.join(folder, "out/app.holdfast");
  await writeArtefact(file, Buffer.from("1"));
  await writeArtefact(file, Buffer.from("2"));
  expect(await readFile(file, "utf8")).toBe("2");
  await expect(writeArtefact(path.join(file, "below"), Buffer.from(""))).rejects.toMatchObject({
    code: "OUTPUT_FAILED",
  });
  expect(await readdir(path.dirname(file))).toEqual(["app.holdfast"]);
});
