import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HoldfastError } from "../../../base/errors.ts";
import type { ArtefactFile } from "../artefact.ts";
import { imagePackage, lockedHoldfast, lockedImage } from "./container-lock.ts";
import { selectLock, type LockEntries } from "./select-lock.ts";

const runsFromSource = import.meta.url.endsWith(".ts");
/** Both dist/ and src/targets/artefacts/container/ lie below the package's folder. */
const packageRoot = fileURLToPath(new URL(runsFromSource ? "../../../../" : "../", import.meta.url));
/** What serves an app needs none of these. */
const leftOut = /^dist\/(?:types|templates)\/|\.map$/;

/** What of Holdfast's optional packages a container is to have. */
export interface WantedParts {
  /** The packages that send traces. */
  readonly traces: boolean;
  /** The packages that Lambda's image for Node.js has. */
  readonly lambdaImage: boolean;
}

/** The Holdfast that runs, as a folder to install. */
export interface HoldfastFiles {
  readonly files: readonly ArtefactFile[];
  /** What `npm ci` installs for it. */
  readonly packages: LockEntries;
  readonly license: string;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly bin: object;
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * This Holdfast, so that an image has the very one that built its archive, published or not; with a lock of the packages
 * that it was tested with. Rejects with `APP_BUILD_FAILED` in a checkout that was not built.
 */
export async function readHoldfast(wanted: WantedParts): Promise<HoldfastFiles> {
  const own = await readPackageJson();
  const lock = await readLock();
  const image = wanted.lambdaImage ? (lock[lockedImage]?.dependencies ?? {}) : {};
  const traces = wanted.traces
    ? Object.entries(own.optionalDependencies ?? {}).filter(([name]) => name !== imagePackage)
    : [];
  const dependencies = { ...own.dependencies, ...Object.fromEntries(traces) };
  const { entries: packages } = selectLock(lock, [
    ...Object.keys(dependencies).map((name) => ({ name, from: lockedHoldfast })),
    ...Object.keys(image).map((name) => ({ name, from: lockedImage })),
  ]);
  const all = sorted({ ...image, ...dependencies });
  const { name, version, license, type, bin, engines } = own;
  const manifest = { name, version, license, type, bin, engines, dependencies: all };
  const root = { name, version, license, bin, engines, dependencies: all };
  const lockFile = { name, version, lockfileVersion: 3, requires: true, packages: { "": root, ...packages } };
  return {
    license,
    packages,
    files: [
      json("package.json", manifest),
      json("package-lock.json", lockFile),
      ...(await readOwnFiles()),
      ...(wanted.lambdaImage
        ? [json(`node_modules/${imagePackage}/package.json`, { name: imagePackage, version })]
        : []),
    ],
  };
}

async function readPackageJson(): Promise<PackageJson> {
  return JSON.parse(await readFile(path.join(packageRoot, "package.json"), "utf8")) as PackageJson;
}

/** The repository's lock, or the part of it that a build keeps beside the built files. */
async function readLock(): Promise<LockEntries> {
  const file = runsFromSource ? "../../package-lock.json" : "dist/container-lock.json";
  const text = await readFile(path.join(packageRoot, file), "utf8");
  return (JSON.parse(text) as { packages: LockEntries }).packages;
}

async function readOwnFiles(): Promise<readonly ArtefactFile[]> {
  const names = ["LICENSE", "bin/holdfast.js"];
  const built = await readdir(path.join(packageRoot, "dist"), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of built)
    if (entry.isFile())
      names.push(
        path.relative(packageRoot, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
      );
  if (!names.includes("dist/cli.js"))
    throw new HoldfastError(
      "APP_BUILD_FAILED",
      "This checkout of Holdfast was not built, and an image needs what comes of it",
      {
        hint: "Run npm run build in the checkout.",
      },
    );
  const kept = names.filter((name) => !leftOut.test(name)).toSorted();
  return Promise.all(
    kept.map(async (name) => ({ path: name, content: await readFile(path.join(packageRoot, name)) })),
  );
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function json(name: string, value: object): ArtefactFile {
  return { path: name, content: `${JSON.stringify(value, undefined, 2)}\n` };
}
