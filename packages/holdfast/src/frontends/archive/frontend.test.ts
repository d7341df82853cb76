import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleFunction, sampleModel } from "../../../test/model/sample-model.ts";
import { zipFiles } from "../../bundle/zip.ts";
import type { Frontend } from "../../ports/frontend.ts";
import { chooseApp } from "../choose.ts";
import { createArchiveFrontend } from "./frontend.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-archive-"));
  file = path.join(folder, "app.holdfast");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = { region: "us-east-1", accountId: "000000000000", stage: "live" };
const model = {
  ...sampleModel,
  functions: [
    sampleFunction({ name: "one", code: { kind: "handler", dir: "src", handler: "index.handler" } }),
  ],
  staticSites: [{ path: "/", folder: "public", fingerprint: true }],
};
const contents = {
  "app/src/index.js": "exports.handler = 1;",
  "app/src/bootstrap": "#!/bin/sh",
  "bundle/app.mjs": "export {};",
};

interface Changes {
  readonly manifest?: object;
  readonly files?: Readonly<Record<string, string>>;
  /** What the manifest is made from, where that is not what the archive has. */
  readonly listed?: Readonly<Record<string, string>>;
}

async function writeArchive({
  manifest = {},
  files = contents,
  listed = files,
}: Changes = {}): Promise<void> {
  const facts = Object.entries(listed).map(([name, text]) => [
    name,
    {
      sha256: createHash("sha256").update(text).digest("hex"),
      ...(name.endsWith("bootstrap") && { executable: true }),
    },
  ]);
  const whole = {
    format: 1,
    holdfast: "0.1.7",
    model,
    bundle: "bundle/app.mjs",
    files: Object.fromEntries(facts),
    ...manifest,
  };
  const entries = [["holdfast.json", JSON.stringify(whole)], ...Object.entries(files)] as const;
  await writeFile(file, zipFiles(entries.map(([name, text]) => [name, Buffer.from(text)])));
}

const open = (): Frontend =>
  createArchiveFrontend({
    file,
    version: "0.1.0",
    buildDir: path.join(folder, "build"),
    check: () => [],
    place,
  });

test("an archive is unpacked, and its model says where to", async () => {
  await writeArchive();
  const reading = await open().read();

  expect(reading.diagnostics).toEqual([]);
  expect(reading.inputs).toEqual([file]);
  expect(reading.shown).toEqual(model);
  const appDir = path.join(folder, "build/1/app");
  expect(reading.model?.functions[0]?.code).toEqual({
    kind: "handler",
    dir: path.join(appDir, "src"),
    handler: "index.handler",
  });
  expect(reading.model?.staticSites[0]?.folder).toBe(path.join(appDir, "public"));
  expect(reading.bundle).toEqual({ file: path.join(folder, "build/1/bundle/app.mjs"), appDir, revision: 1 });
  expect(await readFile(path.join(appDir, "src/index.js"), "utf8")).toBe(contents["app/src/index.js"]);
  expect((await stat(path.join(appDir, "src/bootstrap"))).mode & 0o777).toBe(0o755);
  expect((await stat(path.join(appDir, "src/index.js"))).mode & 0o111).toBe(0);
});

test("a function's code is another one when its files are, and only then", async () => {
  const frontend = open();
  const revisions: (string | undefined)[] = [];
  for (const code of ["one", "one", "two", "two"]) {
    await writeArchive({
      files: { ...contents, "app/src/index.js": code, "app/other.txt": `${revisions.length}` },
    });
    revisions.push((await frontend.read()).codeRevisions?.["one"]);
  }
  expect(revisions[1]).toBe(revisions[0]);
  expect(revisions[2]).not.toBe(revisions[1]);
  expect(revisions[3]).toBe(revisions[2]);
  // What processes of before may still load stays; all else goes.
  expect(await readdir(path.join(folder, "build"))).toEqual(["3", "4"]);
});

test.each<readonly [string, Changes]>([
  ["it was built by Holdfast 0.2.0, and this is 0.1.0", { manifest: { holdfast: "0.2.0" } }],
  ["it has format 2, and this Holdfast reads 1", { manifest: { format: 2 } }],
  ["its holdfast.json does not say what it must", { manifest: { files: [1] } }],
  ["its model is not one", { manifest: { model: {} } }],
  [
    "app/src/index.js is not what it was",
    { files: { ...contents, "app/src/index.js": "other" }, listed: contents },
  ],
  [
    "it holds app/more.js, which its holdfast.json does not list",
    { files: { ...contents, "app/more.js": "" }, listed: contents },
  ],
  ["it lacks app/more.js", { listed: { ...contents, "app/more.js": "" } }],
  ["it lacks bundle/other.mjs", { manifest: { bundle: "bundle/other.mjs" } }],
  ['it holds the path "../out.js"', { files: { ...contents, "../out.js": "" } }],
  ['it holds the path "app/../../out.js"', { files: { ...contents, "app/../../out.js": "" } }],
  ['it holds the path "/tmp/out.js"', { files: { ...contents, "/tmp/out.js": "" } }],
  [String.raw`it holds the path "app\\..\\out.js"`, { files: { ...contents, "app\\..\\out.js": "" } }],
  ['it holds the path "C:/out.js"', { files: { ...contents, "C:/out.js": "" } }],
  ['it holds the path "app//"', { files: { ...contents, "app//": "" } }],
])("is refused, and nothing of it unpacked: %s", async (message, changes) => {
  await writeArchive(changes);
  const { model: read, diagnostics } = await open().read();

  expect(read).toBe(undefined);
  expect(diagnostics.map((one) => one.code)).toEqual(["ARCHIVE_INVALID"]);
  expect(diagnostics[0]?.message).toContain(message);
  expect(existsSync(path.join(folder, "build"))).toBe(false);
});

test("a model that names a bundle or a folder outside is refused", async () => {
  const functions = [
    sampleFunction({ name: "one", code: { kind: "handler", dir: "../../etc", handler: "index.handler" } }),
  ];
  await writeArchive({ manifest: { model: { ...model, functions } } });
  expect((await open().read()).diagnostics[0]?.message).toContain('leads to "../../etc"');
});

test("what is cut off or no archive is refused", async () => {
  await writeArchive();
  await writeFile(file, (await readFile(file)).subarray(0, 500));
  expect((await open().read()).diagnostics[0]?.message).toContain("it cannot be unpacked");
  await rm(file);
  expect((await open().read()).diagnostics[0]?.message).toContain("ENOENT");
});

test("an archive of a template that runs as another stage than it was built for is warned of", async () => {
  await writeArchive({ manifest: { place: { ...place, stage: "test" } } });
  const { model: read, diagnostics } = await open().read();
  expect(read).toBeDefined();
  expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
    ["warning", "The archive was built for the stage test, and runs as live: its names stay as they are"],
  ]);
});

test("archives are told by what they hold, not by their name", async () => {
  await writeArchive();
  const other = path.join(folder, "app.zip");
  await writeFile(other, await readFile(file));
  expect((await chooseApp(other, folder)).kind).toBe("archive");
  await writeFile(other, zipFiles([["index.js", Buffer.from("")]]));
  await expect(chooseApp(other, folder)).rejects.toMatchObject({ code: "APP_KIND_UNKNOWN" });
});
