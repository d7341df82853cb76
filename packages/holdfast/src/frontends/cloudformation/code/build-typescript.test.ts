import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { moduleOf, planBuild, runBuild } from "./build-typescript.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-build-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

const plan = (handler: string, metadata = {}) =>
  planBuild({ dir: folder, revision: "", inputs: [] }, handler, metadata, path.join(folder, "out"));

test("JavaScript runs as it is", async () => {
  await write({ "app.js": "", "app.ts": "" });
  expect(await plan("app.handler")).toBeUndefined();
});

test("a handler that there is only TypeScript of is built to where its path leads", async () => {
  await write({
    "src/app.ts": 'import { word } from "./word.ts"; export const handler = (): string => word;',
    "src/word.ts": 'export const word: string = "built";',
  });
  const planned = await plan("src/app.handler");
  if (planned === undefined) throw new Error("nothing to build");
  const { code, build } = await runBuild(planned);
  expect(build.diagnostics).toEqual([]);
  const { handler } = createRequire(import.meta.url)(path.join(code.dir, "src/app.cjs")) as {
    handler: () => string;
  };
  expect(handler()).toBe("built");
  expect(code.inputs.toSorted()).toEqual(["app.ts", "word.ts"].map((name) => path.join(folder, "src", name)));
});

test("a template's own esbuild settings hold: entry, format, extension, what stays outside", async () => {
  await write({ "src/main.ts": 'import "left-out"; export const handler = () => import.meta.url;' });
  const planned = await plan("main.handler", {
    BuildMethod: "esbuild",
    BuildProperties: {
      Format: "esm",
      OutExtension: [".js=.mjs"],
      EntryPoints: ["src/main.ts"],
      External: ["left-out"],
    },
  });
  if (planned === undefined) throw new Error("nothing to build");
  const { code } = await runBuild(planned);
  expect(await readdir(code.dir)).toEqual(["main.mjs", "main.mjs.map"]);
});

test("what does not build has its place", async () => {
  await write({ "app.ts": "export const handler = () => {\n  return (;\n};" });
  const planned = await plan("app.handler");
  if (planned === undefined) throw new Error("nothing to build");
  const { build, code } = await runBuild(planned);
  expect(build.diagnostics).toMatchObject([
    { severity: "error", code: "APP_BUILD_FAILED", place: { file: path.join(folder, "app.ts"), line: 2 } },
  ]);
  expect(code.inputs).toEqual([path.join(folder, "app.ts")]);
});

test("a missing entry is said by name", async () => {
  await expect(
    plan("app.handler", { BuildMethod: "esbuild", BuildProperties: { EntryPoints: ["none.ts"] } }),
  ).rejects.toThrow("there is no none.ts");
});

test.each([
  ["app.handler", "app"],
  ["src/a.b/app.nested.handler", "src/a.b/app"],
  ["app", "app"],
])("the module of %s is %s", (handler, module) => {
  expect(moduleOf(handler)).toBe(module);
});
