import path from "node:path";
import * as esbuild from "esbuild";
import type { Diagnostic } from "../model/diagnostic.ts";
import { toDiagnostic } from "./to-diagnostic.ts";

/** A handler in TypeScript, or one that its template says to bundle. */
export interface HandlerSource {
  /** Absolute path of the module. */
  readonly entry: string;
  /** Absolute path of the folder where the built module goes. */
  readonly outDir: string;
  /** Its name there, without an extension. */
  readonly name: string;
  readonly format: "cjs" | "esm";
  /** Such as `.mjs`; it must go with the format. */
  readonly extension: string;
  /** Packages that stay outside; patterns such as `@aws-sdk/*`. */
  readonly external: readonly string[];
  readonly define: Readonly<Record<string, string>>;
  readonly loader: Readonly<Record<string, string>>;
}

export interface HandlerBuild {
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of what was read; none when the build failed early. */
  readonly inputs: readonly string[];
}

/** Builds one handler, with all that it imports, into one file. */
export async function buildHandler(source: HandlerSource): Promise<HandlerBuild> {
  const { entry, outDir, name, format, extension } = source;
  const folder = path.dirname(entry);
  try {
    const result = await esbuild.build({
      entryPoints: [{ in: `./${path.basename(entry)}`, out: name }],
      absWorkingDir: folder,
      outdir: outDir,
      outExtension: { ".js": extension },
      bundle: true,
      metafile: true,
      format,
      platform: "node",
      target: "node22.22",
      external: [...source.external],
      define: { ...source.define },
      loader: { ...source.loader } as Record<string, esbuild.Loader>,
      sourcemap: "linked",
      keepNames: true,
      logLevel: "silent",
      ...(format === "esm" && { banner: { js: requireForModules } }),
    });
    return {
      diagnostics: result.warnings.map((message) => toDiagnostic(message, "warning", folder)),
      inputs: Object.keys(result.metafile.inputs).map((file) => path.resolve(folder, file)),
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const diagnostics = error.errors.map((message) => toDiagnostic(message, "error", folder));
    const files = diagnostics.flatMap(({ place }) => (place === undefined ? [] : [place.file]));
    return { diagnostics, inputs: [...new Set([entry, ...files])] };
  }
}

/** CommonJS packages inside an ES module still call `require` for Node's own. */
export const requireForModules =
  'import { createRequire as holdfastCreateRequire } from "node:module"; const require = holdfastCreateRequire(import.meta.url);';

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
