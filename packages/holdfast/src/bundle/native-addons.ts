import type { Metafile, Plugin } from "esbuild";
import type { Diagnostic } from "../model/diagnostic.ts";
import { packageOf } from "./bundled-packages.ts";

/** Compiled code is for one system and cannot be part of a module: an error that names the package. */
export function nativeAddons(): Plugin {
  return {
    name: "native-addons",
    setup(build) {
      build.onResolve({ filter: /\.node$/ }, ({ importer, path }) => {
        const name = packageOf(importer.replaceAll("\\", "/"))?.name;
        const who = name === undefined ? importer : `Package "${name}"`;
        return {
          errors: [
            {
              text: `${who} has a native addon, ${path}, which cannot go into an archive`,
              notes: [
                { text: "Use a package without one, or run the app from its folder, where it is installed." },
              ],
            },
          ],
        };
      });
    },
  };
}

/** Packages that look for addons at run time, beside files that a bundle does not have. */
const addonLoaders = new Set([
  "bindings",
  "node-gyp-build",
  "@mapbox/node-pre-gyp",
  "node-pre-gyp",
  "pkg-prebuilds",
]);

export function warnOfAddonLoaders({ inputs }: Metafile): readonly Diagnostic[] {
  const users = new Set<string>();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const loads = imports.some(({ path }) => addonLoaders.has(packageOf(path)?.name ?? ""));
    const user = packageOf(file)?.name ?? file;
    if (loads && !addonLoaders.has(user)) users.add(user);
  }
  return [...users].map((user) => ({
    severity: "warning",
    code: "APP_BUILD_FAILED",
    message: `"${user}" looks for a native addon when it runs, and an archive has none`,
    hint: "See that it does without, or run the app from its folder, where it is installed.",
  }));
}
