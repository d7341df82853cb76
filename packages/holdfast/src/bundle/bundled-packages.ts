import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Metafile } from "esbuild";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its `package.json` has it, such as `MIT`. */
  readonly license?: string;
}

/** The npm packages that a bundle has parts of, by name and version. */
export async function readBundledPackages(
  { outputs }: Metafile,
  appDir: string,
): Promise<readonly BundledPackage[]> {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? packageOf(file)?.folder : undefined;
      if (folder !== undefined) folders.add(path.resolve(appDir, folder));
    }
  const read = await Promise.all([...folders].map(readPackage));
  const packages = read.filter((one) => one !== undefined);
  const byId = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byId].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The package that a file below a `node_modules` is of; undefined for one that is of none. */
export function packageOf(file: string): { readonly name: string; readonly folder: string } | undefined {
  const [, folder, name] = /^(.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(file) ?? [];
  return folder === undefined || name === undefined ? undefined : { name, folder };
}

async function readPackage(folder: string): Promise<BundledPackage | undefined> {
  const text = await readFile(path.join(folder, "package.json"), "utf8").catch(() => "{}");
  const { name, version, license } = JSON.parse(text) as Partial<
    Record<"name" | "version" | "license", unknown>
  >;
  if (typeof name !== "string" || typeof version !== "string") return undefined;
  return { name, version, ...(typeof license === "string" && { license }) };
}
