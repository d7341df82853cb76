import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Metafile } from "esbuild";
import type { Diagnostic, Place } from "../model/diagnostic.ts";

/**
 * Packages stay outside the bundle, so that only its evaluation would find one missing, and only by the bundle's name:
 * here it is found with the line that imports it. An `import()` may fail on purpose, and is left alone.
 */
export async function findMissingPackages(
  { inputs }: Metafile,
  appDir: string,
): Promise<readonly Diagnostic[]> {
  const resolve = createRequire(path.join(appDir, "app.mjs")).resolve;
  const importers = new Map<string, string>();
  for (const [file, { imports }] of Object.entries(inputs))
    for (const { path: specifier, kind, external } of imports)
      if (external && kind === "import-statement" && !importers.has(specifier))
        importers.set(specifier, file);
  const missing = [...importers].filter(([specifier]) => isMissing(specifier, resolve));
  return Promise.all(missing.map(([specifier, file]) => describe(specifier, path.resolve(appDir, file))));
}

/** A URL, a module of Node, the bundler's own code, or files that a pattern stands for. */
const notPackage = /^(?:[a-z][a-z+.-]+:|<|\.)/i;

/** Whatever else keeps a package from resolving is said better by who loads it. */
function isMissing(specifier: string, resolve: (specifier: string) => string): boolean {
  if (notPackage.test(specifier)) return false;
  try {
    resolve(specifier);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
  }
}

async function describe(specifier: string, file: string): Promise<Diagnostic> {
  const name = packageName(specifier);
  return {
    severity: "error",
    code: "APP_BUILD_FAILED",
    message: `Cannot find package "${specifier}"`,
    hint: `Install it in the app's folder: npm install ${name}`,
    place: await findImport(specifier, file),
  };
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

async function findImport(specifier: string, file: string): Promise<Place> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/);
  for (const quote of ['"', "'"]) {
    const quoted = `${quote}${specifier}${quote}`;
    const at = lines.findIndex((line) => /\b(?:import|from)\b/.test(line) && line.includes(quoted));
    const excerpt = lines[at];
    if (excerpt !== undefined) return { file, line: at + 1, column: excerpt.indexOf(quoted) + 1, excerpt };
  }
  return { file };
}
