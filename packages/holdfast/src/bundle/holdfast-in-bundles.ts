import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/**
 * Inside a bundle `holdfast` is always the Holdfast that runs it, bundled in: an app needs no installed copy,
 * and never meets another version's.
 */
export function holdfastInBundles(): Plugin {
  const library = libraryFile();
  return {
    name: "holdfast-in-bundles",
    setup(build) {
      build.onResolve({ filter: /^holdfast$/ }, () => ({ path: library }));
    },
  };
}

/** `src/app/index.ts` when running from source, `dist/index.js` when built. */
function libraryFile(): string {
  const built = fileURLToPath(new URL("./index.js", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../app/index.ts", import.meta.url));
}
