import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleFunction, sampleModel } from "../../../../test/model/sample-model.ts";
import type { AppModel } from "../../../model/app-model.ts";
import { InvalidAppError } from "../../../model/invalid-app-error.ts";
import { buildArchive, type BuildArchiveOptions } from "./build-archive.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-archive-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = { region: "eu-west-1", accountId: "123456789012", stage: "live" };

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, "app", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const options = (more: Partial<BuildArchiveOptions> = {}): BuildArchiveOptions => {
  const appDir = path.join(folder, "app");
  return {
    model: model({}),
    appDir,
    buildDir: path.join(appDir, ".holdfast/build"),
    place,
    version: "0.1.0",
    except: [path.join(appDir, "out")],
    evaluator: {
      evaluate: ({ file }) =>
        Promise.resolve(execFileSync(process.execPath, [file], { encoding: "utf8", stdio: "pipe" })),
    },
    ...more,
  };
};

const model = (more: Partial<AppModel>): AppModel => ({
  ...sampleModel,
  functions: [],
  staticSites: [],
  ...more,
});

interface Manifest {
  readonly model: AppModel;
  readonly place?: unknown;
  readonly files: Readonly<Record<string, { readonly executable?: true }>>;
}

function manifestOf(bytes: Uint8Array): Manifest {
  return JSON.parse(new TextDecoder().decode(unzipSync(bytes)["holdfast.json"])) as Manifest;
}

test("the same app gives the same bytes, wherever it lies and whenever it is built", async () => {
  const files = {
    "app.ts": 'import a from "a"; console.log(a);',
    "node_modules/a/index.js": "export default 1",
    "node_modules/a/package.json": '{"name":"a","version":"1.2.3","license":"MIT"}',
    "public/index.html": "hello",
  };
  const site = model({ staticSites: [{ path: "/", folder: "public", fingerprint: false }] });
  await write(files);
  const build = (): Promise<{ bytes: Uint8Array; packages: readonly unknown[] }> =>
    buildArchive(options({ model: site, entry: path.join(folder, "app/app.ts") }));
  const first = await build();
  await rm(path.join(folder, "app"), { recursive: true });
  await write(files);
  const second = await build();

  expect(Buffer.from(second.bytes).equals(Buffer.from(first.bytes))).toBe(true);
  expect(first.packages).toEqual([{ name: "a", version: "1.2.3", license: "MIT" }]);
  expect(manifestOf(first.bytes).model).toEqual(site);
  expect(manifestOf(first.bytes).place).toBe(undefined);
  expect(Object.keys(manifestOf(first.bytes).files)).toEqual([
    "app/public/index.html",
    "bundle/app.mjs",
    "bundle/app.mjs.map",
  ]);
});

test("folders of functions and layers travel with their packages; secrets, state and what was built before do not", async () => {
  await write({
    "src/index.js": "exports.handler = () => 1",
    "src/node_modules/a/index.js": "1",
    "src/.env": "SECRET=1",
    ".env.local": "SECRET=1",
    ".holdfast/build/built/typed/index.cjs": "2",
    ".holdfast/state": "no",
    "out/old.holdfast": "no",
  });
  const outside = path.join(folder, "outside");
  await mkdir(outside);
  await writeFile(path.join(outside, "bootstrap"), "#!/bin/sh", { mode: 0o755 });
  await symlink("..", path.join(folder, "app/src/node_modules/self"));
  const own = sampleFunction({
    name: "own",
    code: { kind: "handler", dir: "src", handler: "index.handler" },
    layers: [outside],
  });
  const all = sampleFunction({
    name: "all",
    code: { kind: "handler", dir: ".", handler: "src/index.handler" },
  });
  const built = sampleFunction({
    name: "typed",
    code: { kind: "handler", dir: ".holdfast/build/built/typed", handler: "index.handler" },
  });
  const { bytes } = await buildArchive(options({ model: model({ functions: [own, all, built] }) }));

  const manifest = manifestOf(bytes);
  expect(Object.keys(manifest.files)).toEqual([
    "app/.holdfast-built/functions/typed/index.cjs",
    "app/.holdfast-built/layers/own-0/bootstrap",
    "app/src/index.js",
    "app/src/node_modules/a/index.js",
  ]);
  expect(manifest.files["app/.holdfast-built/layers/own-0/bootstrap"]?.executable).toBe(true);
  expect(manifest.place).toEqual(place);
  expect(manifest.model.functions).toEqual([
    { ...own, layers: [".holdfast-built/layers/own-0"] },
    all,
    { ...built, code: { ...built.code, dir: ".holdfast-built/functions/typed" } },
  ]);
});

test("a native addon is an error that names its package, and a search for one a warning", async () => {
  await write({
    "app.ts": 'import "compiled"; ',
    "node_modules/compiled/index.js": 'require("./build/compiled.node")',
    "node_modules/compiled/package.json": "{}",
    "other.ts": 'import "finder"; ',
    "node_modules/finder/index.js": 'require("node-gyp-build")',
    "node_modules/node-gyp-build/index.js": "module.exports = 1",
  });
  const failure = buildArchive(options({ entry: path.join(folder, "app/app.ts") }));
  await expect(failure).rejects.toThrow('Package "compiled" has a native addon, ./build/compiled.node');
  await expect(failure).rejects.toBeInstanceOf(InvalidAppError);

  const { diagnostics } = await buildArchive(options({ entry: path.join(folder, "app/other.ts") }));
  expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
    ["warning", '"finder" looks for a native addon when it runs, and an archive has none'],
  ]);
});

test("what does not load as one module is found out at once", async () => {
  await write({
    "app.ts": 'import { readFileSync } from "node:fs"; readFileSync(new URL("./no.txt", import.meta.url));',
  });
  await expect(buildArchive(options({ entry: path.join(folder, "app/app.ts") }))).rejects.toThrow(
    "not as one module",
  );
});

test("a folder that is missing is an error", async () => {
  await write({ "app.ts": "" });
  const site = model({ staticSites: [{ path: "/", folder: "gone", fingerprint: false }] });
  await expect(buildArchive(options({ model: site }))).rejects.toThrow("gone cannot be archived");
});

test("values of secure parameters are warned of", async () => {
  const secure = model({ parameters: [{ name: "/key", type: "SecureString", value: "x" }] });
  const { diagnostics } = await buildArchive(options({ model: secure }));
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "The archive holds the values of secure parameters: /key",
  ]);
});
