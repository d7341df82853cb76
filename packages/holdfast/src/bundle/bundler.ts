import path from "node:path";
import * as esbuild from "esbuild";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Bundle } from "../ports/bundle.ts";
import { findMissingPackages } from "./missing-packages.ts";
import { holdfastInBundles } from "./holdfast-in-bundles.ts";
import { RevisionFolders } from "./revision-folders.ts";
import { toDiagnostic } from "./to-diagnostic.ts";

/** Builds an app's file, and everything it imports by relative path, into one module. */
export interface Bundler {
  /** Rejects with `STATE_NOT_WRITABLE`. The last few bundles stay on the disk. */
  readonly build: () => Promise<BundleResult>;
  /** Removes a bundle that nobody will run, so that it pushes out none that somebody does. */
  readonly discard: (bundle: Bundle) => Promise<void>;
  readonly close: () => Promise<void>;
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

export async function createBundler(options: BundlerOptions): Promise<Bundler> {
  const appDir = path.dirname(options.entry);
  const context = await esbuild.context({
    // Relative, so that a folder with a * in its name is not taken for a pattern.
    entryPoints: [`./${path.basename(options.entry)}`],
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
  const revisions = new RevisionFolders(options.outDir);
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
      inputs = Object.keys(result.metafile.inputs)
        .filter(isFile)
        .map((file) => path.resolve(appDir, file));
      const missing = await findMissingPackages(result.metafile, appDir);
      if (missing.length > 0) return { diagnostics: missing, inputs };
      const { revision, folder } = await revisions.write(result.outputFiles);
      const diagnostics = result.warnings.map((message) => toDiagnostic(message, "warning", appDir));
      return { bundle: { file: path.join(folder, "app.mjs"), appDir, revision }, diagnostics, inputs };
    },
    discard: ({ revision }) => revisions.discard(revision),
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
