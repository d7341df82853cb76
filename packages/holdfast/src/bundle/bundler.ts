import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { HoldfastError } from "../base/errors.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Bundle } from "../ports/bundle.ts";
import { holdfastInBundles } from "./holdfast-in-bundles.ts";
import { toDiagnostic } from "./to-diagnostic.ts";

/** Builds an app's file, and everything it imports by relative path, into one module. */
export interface Bundler {
  build(): Promise<BundleResult>;
  close(): Promise<void>;
}

export interface BundleResult {
  /** Absent when the build failed; the diagnostics say why. */
  readonly bundle?: Bundle;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of what was read; after a failed build, at least those of the build before. */
  readonly inputs: readonly string[];
}

export interface BundlerOptions {
  /** Absolute path of the app's file. */
  readonly entry: string;
  /** Holds the bundles; must lie below the app's folder, so that its packages are found from there. */
  readonly outDir: string;
}

/** Bundles kept beside the newest: old processes may still be loading or mapping stacks from theirs. */
const keptRevisions = 3;

export async function createBundler(options: BundlerOptions): Promise<Bundler> {
  const appDir = path.dirname(options.entry);
  const context = await esbuild.context({
    entryPoints: [options.entry],
    absWorkingDir: appDir,
    // As deep as where revisions go: the map's paths are relative.
    outfile: path.join(options.outDir, "0", "app.mjs"),
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node22.22",
    // Packages stay where they are: native ones work, and a reload never reads them again.
    packages: "external",
    plugins: [holdfastInBundles()],
    sourcemap: "linked",
    keepNames: true,
    logLevel: "silent",
  });
  let revision = 0;
  let inputs: readonly string[] = [options.entry];

  return {
    async build() {
      const result = await context.rebuild().catch((error: unknown) => readFailure(error));
      if (!("outputFiles" in result)) {
        const diagnostics = result.errors.map((message) => toDiagnostic(message, "error", appDir));
        return {
          diagnostics,
          inputs: [...new Set([...inputs, ...result.errors.flatMap((error) => filesOf(error, appDir))])],
        };
      }
      revision += 1;
      inputs = Object.keys(result.metafile.inputs)
        .filter(isFile)
        .map((file) => path.resolve(appDir, file));
      const file = await writeRevision(options.outDir, revision, result.outputFiles);
      const diagnostics = result.warnings.map((message) => toDiagnostic(message, "warning", appDir));
      return { bundle: { file, appDir, revision }, diagnostics, inputs };
    },
    async close() {
      await context.dispose();
    },
  };
}

function readFailure(error: unknown): esbuild.BuildFailure {
  if (error instanceof Error && "errors" in error && Array.isArray(error.errors))
    return error as esbuild.BuildFailure;
  throw error;
}

function filesOf(message: esbuild.Message, appDir: string): string[] {
  return message.location === null ? [] : [path.resolve(appDir, message.location.file)];
}

/** Not a namespaced module of a plugin. */
function isFile(input: string): boolean {
  return !/^[a-z-]+:/.test(input);
}

async function writeRevision(
  outDir: string,
  revision: number,
  files: readonly esbuild.OutputFile[],
): Promise<string> {
  // A folder a revision, because the processes that load it tell modules apart by path.
  const folder = path.join(outDir, String(revision));
  try {
    await mkdir(folder, { recursive: true });
    await Promise.all(
      files.map((file) => writeFile(path.join(folder, path.basename(file.path)), file.contents)),
    );
    if (revision > keptRevisions)
      await rm(path.join(outDir, String(revision - keptRevisions)), { recursive: true, force: true });
  } catch (cause) {
    throw new HoldfastError(
      "STATE_NOT_WRITABLE",
      `Cannot write the bundle to ${folder}: ${(cause as Error).message}`,
      { cause },
    );
  }
  return path.join(folder, "app.mjs");
}
