import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { locateCode } from "./locate-code.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-code-"));
});
afterEach(() => rm(folder, { recursive: true }));

const options = () => ({ workDir: path.join(folder, "work/fn") });

test("a folder is used where it is, and its revision changes with any file of it", async () => {
  const dir = path.join(folder, "src");
  await mkdir(path.join(dir, "node_modules/x"), { recursive: true });
  await mkdir(path.join(dir, "lib"));
  await writeFile(path.join(dir, "app.js"), "one");
  await writeFile(path.join(dir, "node_modules/x/index.js"), "");
  const first = await locateCode({ kind: "local", path: dir }, options());
  expect(first).toMatchObject({ dir, inputs: [dir, path.join(dir, "lib")] });
  expect((await locateCode({ kind: "local", path: dir }, options())).revision).toBe(first.revision);
  await writeFile(path.join(dir, "other.js"), "two");
  expect((await locateCode({ kind: "local", path: dir }, options())).revision).not.toBe(first.revision);
});

test("a .zip file is unpacked, and its bootstrap can be run", async () => {
  const zip = zipSync({ "a/index.js": strToU8("x"), bootstrap: strToU8("#!/bin/sh") });
  await writeFile(path.join(folder, "fn.zip"), zip);
  const { dir, inputs } = await locateCode({ kind: "local", path: path.join(folder, "fn.zip") }, options());
  expect(await readFile(path.join(dir, "a/index.js"), "utf8")).toBe("x");
  expect((await stat(path.join(dir, "bootstrap"))).mode & 0o111).toBe(0o111);
  expect(inputs).toEqual([path.join(folder, "fn.zip")]);
});

test("a .zip file cannot write outside its folder", async () => {
  await writeFile(path.join(folder, "fn.zip"), zipSync({ "../../outside.js": strToU8("x") }));
  await expect(locateCode({ kind: "local", path: path.join(folder, "fn.zip") }, options())).rejects.toThrow(
    "../../outside.js",
  );
  expect(existsSync(path.join(folder, "work/outside.js"))).toBe(false);
});

test("inline code is a file of Lambda's name, CommonJS whatever the app is", async () => {
  await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
  const { dir, revision } = await locateCode(
    { kind: "inline", text: "exports.handler = 1" },
    { ...options(), runtime: "nodejs22.x" },
  );
  expect(await readFile(path.join(dir, "index.js"), "utf8")).toBe("exports.handler = 1");
  expect(await readFile(path.join(dir, "package.json"), "utf8")).toBe("{}");
  expect(revision).toContain("exports.handler");
  const python = await locateCode({ kind: "inline", text: "x = 1" }, { ...options(), runtime: "python3.12" });
  expect(await readFile(path.join(python.dir, "index.py"), "utf8")).toBe("x = 1");
});

test.each([
  [{ kind: "local", path: "nowhere" } as const, "there is no "],
  [{ kind: "local", path: "file.txt" } as const, "neither a folder nor a .zip file"],
  [{ kind: "local", path: "broken.zip" } as const, "cannot be unpacked: it is no zip archive"],
  [{ kind: "remote", uri: "s3://bucket/key" } as const, "s3://bucket/key, which is on AWS"],
])("%j is refused with the reason", async (source, reason) => {
  await writeFile(path.join(folder, "file.txt"), "");
  await writeFile(path.join(folder, "broken.zip"), "not a zip");
  await chmod(path.join(folder, "broken.zip"), 0o600);
  const named = source.kind === "local" ? { ...source, path: path.join(folder, source.path) } : source;
  await expect(locateCode(named, options())).rejects.toThrow(reason);
});
