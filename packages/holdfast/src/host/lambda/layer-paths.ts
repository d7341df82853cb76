import { existsSync } from "node:fs";
import path from "node:path";
import type { RuntimeRequest } from "./runtime-request.ts";

/** The folders `lib` and `bin` of layers, where Lambda has those of `/opt` (documented). */
export function layerPaths({ layers, environment }: RuntimeRequest): Record<string, string> {
  return {
    ...prepend("PATH", foldersIn(layers, ["bin"]), environment),
    ...prepend("LD_LIBRARY_PATH", foldersIn(layers, ["lib"]), environment),
  };
}

/** Those that exist, layer by layer. */
export function foldersIn(layers: readonly string[], names: readonly string[]): string[] {
  return layers
    .flatMap((layer) => names.map((name) => path.join(layer, name)))
    .filter((one) => existsSync(one));
}

/** The variable with these folders before what it holds; nothing where there are none. */
export function prepend(
  variable: string,
  folders: readonly string[],
  environment: RuntimeRequest["environment"],
): Record<string, string> {
  if (folders.length === 0) return {};
  const rest = environment[variable];
  const all = rest === undefined || rest === "" ? folders : [...folders, rest];
  return { [variable]: all.join(path.delimiter) };
}
