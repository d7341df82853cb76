import path from "node:path";
import * as esbuild from "esbuild";
import type { Diagnostic } from "../model/diagnostic.ts";
import { requireForModules } from "./handler-bundler.ts";
import { holdfastInBundles } from "./holdfast-in-bundles.ts";
import { nativeAddons, warnOfAddonLoaders } from "./native-addons.ts";
import { readBundledPackages, type BundledPackage } from "./bundled-packages.ts";
import { toDiagnostic } from "./to-diagnostic.ts";

/** An app as one module that needs nothing but Node. */
export interface StandaloneBundle {
  readonly code: Uint8Array;
  readonly map: Uint8Array;
  /** The npm packages that it has parts of. */
  readonly packages: readonly BundledPackage[];
}

export interface StandaloneResult {
  /** Absent when the build failed; the diagnostics say why. */
  readonly bundle?: StandaloneBundle;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Builds an app's file, all that it imports and its packages into one module. The same files give the same bytes,
 * wherever they lie. `entry` is absolute.
 */
export async function buildStandalone(entry: string): Promise<StandaloneResult> {
  const appDir = path.dirname(entry);
  let result: esbuild.BuildResult<{ write: false; metafile: true }>;
  try {
    result = await esbuild.build({
      entryPoints: [`./${path.basename(entry)}`],
      absWorkingDir: appDir,
      // As if in the app's folder, so that the map's paths are the app's own.
      outfile: path.join(appDir, "app.mjs"),
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node22.22",
      plugins: [holdfastInBundles(), nativeAddons()],
      banner: { js: requireForModules },
      sourcemap: "linked",
      sourcesContent: false,
      keepNames: true,
      logLevel: "silent",
    });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { diagnostics: error.errors.map((message) => toDiagnostic(message, "error", appDir)) };
  }
  const [code, map] = ["app.mjs", "app.mjs.map"].map(
    (name) => result.outputFiles.find((file) => path.basename(file.path) === name)?.contents,
  );
  if (code === undefined || map === undefined) throw new Error("esbuild wrote no bundle");
  return {
    bundle: { code, map, packages: await readBundledPackages(result.metafile, appDir) },
    diagnostics: [
      ...result.warnings.map((message) => toDiagnostic(message, "warning", appDir)),
      ...warnOfAddonLoaders(result.metafile),
    ],
  };
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
