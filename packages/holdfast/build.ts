/** Builds dist/: one split bundle for every entry, the declarations of what users import, the templates, and Python's part. */
import { spawn } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildTemplates } from "./build-templates.ts";
import { keepForContainers } from "./src/targets/artefacts/container/container-lock.ts";
import type { LockEntries } from "./src/targets/artefacts/container/select-lock.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function build(): Promise<void> {
  await rm(here("dist"), { recursive: true, force: true });
  await Promise.all([
    bundleEntries(),
    writeDeclarations(),
    buildTemplates(here("dist/templates")),
    copyPython(),
  ]);
  await writeContainerLock();
  await esbuild.stop();
}

async function bundleEntries(): Promise<void> {
  await esbuild.build({
    entryPoints: {
      cli: here("src/cli/main.ts"),
      index: here("src/app/index.ts"),
      model: here("src/model/index.ts"),
      ports: here("src/ports/index.ts"),
      testing: here("src/testing/index.ts"),
      "function-process": here("src/runtime/function-process.ts"),
      "lambda-node": here("src/runtime/lambda/node-bootstrap.ts"),
      "store-thread": here("src/stores/sqlite/store-thread.ts"),
    },
    outdir: here("dist"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.22",
    packages: "external",
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    chunkNames: "chunk-[hash]",
    logLevel: "warning",
  });
}

/** Functions in Python are run by these files as they are. */
async function copyPython(): Promise<void> {
  await cp(here("src/runtime/python"), here("dist/python"), {
    recursive: true,
    filter: (file) => !file.endsWith("__pycache__"),
  });
}

/** The versions that images install are those that the repository was tested with. */
async function writeContainerLock(): Promise<void> {
  const lock = JSON.parse(await readFile(here("../../package-lock.json"), "utf8")) as {
    packages: LockEntries;
  };
  await writeFile(
    here("dist/container-lock.json"),
    JSON.stringify({ packages: keepForContainers(lock.packages) }),
  );
}

async function writeDeclarations(): Promise<void> {
  const tsc = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));
  const compiler = spawn(process.execPath, [tsc, "-p", here("tsconfig.types.json")], { stdio: "inherit" });
  const code = await new Promise((resolve) => compiler.once("exit", resolve));
  if (code !== 0) throw new Error("The declarations could not be written");
}

await build();
