import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBundler, type Bundler } from "./bundler.ts";

let appDir: string;
let bundler: Bundler;

beforeEach(async () => {
  appDir = await mkdtemp(path.join(tmpdir(), "holdfast-bundler-"));
  bundler = await createBundler({
    entry: path.join(appDir, "app.ts"),
    outDir: path.join(appDir, ".holdfast/build"),
  });
});

afterEach(async () => {
  await bundler.close();
  await rm(appDir, { recursive: true, force: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(path.join(appDir, name), text);

test("an app and what it imports become one module, a revision a build", async () => {
  await write("word.ts", "export const word: string = 'one';");
  await write(
    "app.ts",
    "import { word } from './word.ts'; import { sep } from 'node:path'; export default word + sep;",
  );

  const first = await bundler.build();
  await write("word.ts", "export const word = 'two';");
  const second = await bundler.build();

  const load = async (file = ""): Promise<unknown> =>
    ((await import(pathToFileURL(file).href)) as { default: unknown }).default;
  expect(first.inputs.toSorted()).toEqual([path.join(appDir, "app.ts"), path.join(appDir, "word.ts")]);
  expect([first.bundle?.revision, second.bundle?.revision]).toEqual([1, 2]);
  expect([await load(first.bundle?.file), await load(second.bundle?.file)]).toEqual([
    `one${path.sep}`,
    `two${path.sep}`,
  ]);
});

test("holdfast resolves to this Holdfast, and packages stay where they are", async () => {
  await mkdir(path.join(appDir, "node_modules/dependency"), { recursive: true });
  await write("node_modules/dependency/index.js", "export default 1;");
  await write(
    "app.ts",
    "import { App } from 'holdfast'; import one from 'dependency'; export default new App('x' + one);",
  );

  const { bundle, inputs, diagnostics } = await bundler.build();

  expect(diagnostics).toEqual([]);
  expect(bundle).toBeDefined();
  expect(inputs.some((file) => file.endsWith(path.join("app", "index.ts")))).toBe(true);
  expect(inputs.some((file) => file.includes("node_modules"))).toBe(false);
});

test("a failed build gives file, line, column and excerpt, and what to watch", async () => {
  await write("app.ts", "import './lib.ts';\n");
  await write("lib.ts", "const a = 1;\nconst = 2;\n");

  const { bundle, diagnostics, inputs } = await bundler.build();

  expect(bundle).toBeUndefined();
  expect(diagnostics).toEqual([
    {
      severity: "error",
      code: "APP_BUILD_FAILED",
      message: expect.stringContaining("Expected identifier"),
      place: { file: path.join(appDir, "lib.ts"), line: 2, column: 7, excerpt: "const = 2;" },
    },
  ]);
  expect(inputs).toContain(path.join(appDir, "lib.ts"));
});

test("a package that is not there is reported with the line that imports it, and what installs it", async () => {
  await mkdir(path.join(appDir, "node_modules/only-esm"), { recursive: true });
  await write("node_modules/only-esm/package.json", '{"name":"only-esm","exports":{"import":"./index.js"}}');
  await write("node_modules/only-esm/index.js", "export default 1;");
  await write("app.ts", "import './lib.ts';\nimport 'only-esm';\nimport 'node:fs';\n");
  await write(
    "lib.ts",
    "// no-such in a comment\nimport { a } from '@no-such/package/part';\nconsole.log(a);\n",
  );

  const failed = await bundler.build();
  await write("lib.ts", "await import('@no-such/package').catch(() => {});");
  const mended = await bundler.build();

  expect(failed.bundle).toBeUndefined();
  expect(failed.diagnostics).toEqual([
    {
      severity: "error",
      code: "APP_BUILD_FAILED",
      message: 'Cannot find package "@no-such/package/part"',
      hint: "Install it in the app's folder: npm install @no-such/package",
      place: {
        file: path.join(appDir, "lib.ts"),
        line: 2,
        column: 19,
        excerpt: "import { a } from '@no-such/package/part';",
      },
    },
  ]);
  expect(failed.inputs).toContain(path.join(appDir, "lib.ts"));
  expect(mended.diagnostics).toEqual([]);
});

test("a folder may have any name", async () => {
  const folder = path.join(appDir, "a*b [c] {d}");
  await mkdir(folder);
  await writeFile(path.join(folder, "app.ts"), "export default 1;");
  await using stack = new AsyncDisposableStack();
  const other = await createBundler({
    entry: path.join(folder, "app.ts"),
    outDir: path.join(folder, ".holdfast/build"),
  });
  stack.defer(() => other.close());
  const { bundle, diagnostics, inputs } = await other.build();
  expect(diagnostics).toEqual([]);
  expect(inputs).toEqual([path.join(folder, "app.ts")]);
  expect(bundle?.file).toBe(path.join(folder, ".holdfast/build/1/app.mjs"));
});

test("bundles that nobody runs push out none that somebody does", async () => {
  await write("app.ts", "export default 0;");
  const running = await bundler.build();
  for (let version = 1; version <= 5; version += 1) {
    await write("app.ts", `export default ${version};`);
    const { bundle } = await bundler.build();
    if (bundle !== undefined) await bundler.discard(bundle);
  }
  expect(await readdir(path.join(appDir, ".holdfast/build"))).toEqual([String(running.bundle?.revision)]);
});

test("old revisions go, the last ones stay for processes that still use them", async () => {
  for (let revision = 1; revision <= 6; revision += 1) {
    await write("app.ts", `export default ${revision};`);
    await bundler.build();
  }
  expect((await readdir(path.join(appDir, ".holdfast/build"))).toSorted()).toEqual(["4", "5", "6"]);
});
