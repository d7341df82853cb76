import { createHash } from "node:crypto";
import path from "node:path";
import { toError } from "../../base/errors.ts";
import { unzipFiles } from "../../bundle/zip.ts";
import { manifestName, readManifest, type ArchiveManifest } from "../../model/archive-manifest.ts";

/** An archive that was found whole. */
export interface OpenedArchive {
  readonly manifest: ArchiveManifest;
  /** Every entry but the manifest, by its path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads an archive and checks it: that this version of Holdfast may run it, that it holds what it says and nothing else,
 * that every entry has its checksum, and that none leads out of the folder it is unpacked to. Throws an `Error` that
 * says why it cannot be used.
 */
export function openArchive(bytes: Uint8Array, version: string): OpenedArchive {
  const files = new Map(unzip(bytes));
  const text = files.get(manifestName);
  if (text === undefined) throw new Error(`it has no ${manifestName}`);
  files.delete(manifestName);
  const reading = readManifest(new TextDecoder().decode(text));
  if ("problem" in reading) throw new Error(reading.problem);
  const { manifest } = reading;
  if (seriesOf(manifest.holdfast) !== seriesOf(version))
    throw new Error(`it was built by Holdfast ${manifest.holdfast}, and this is ${version}`);
  checkFiles(files, manifest);
  for (const folder of foldersOf(manifest))
    if (folder !== "." && !isPlainPath(folder))
      throw new Error(`its model leads to ${JSON.stringify(folder)}`);
  return { manifest, files };
}

function unzip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    return unzipFiles(bytes);
  } catch (cause) {
    throw new Error(`it cannot be unpacked: ${toError(cause).message}`, { cause });
  }
}

function checkFiles(
  files: ReadonlyMap<string, Uint8Array>,
  { files: listed, bundle }: ArchiveManifest,
): void {
  for (const [name, content] of files) {
    if (!isPlainPath(name)) throw new Error(`it holds the path ${JSON.stringify(name)}`);
    const facts = Object.hasOwn(listed, name) ? listed[name] : undefined;
    if (facts === undefined) throw new Error(`it holds ${name}, which its ${manifestName} does not list`);
    if (createHash("sha256").update(content).digest("hex") !== facts.sha256)
      throw new Error(`${name} is not what it was when the archive was built`);
  }
  const expected = bundle === undefined ? Object.keys(listed) : [...Object.keys(listed), bundle];
  const absent = expected.find((name) => !files.has(name));
  if (absent !== undefined) throw new Error(`it lacks ${absent}`);
}

function foldersOf({ model }: ArchiveManifest): readonly string[] {
  const ofFunctions = model.functions.flatMap(({ code, layers = [] }) =>
    code.kind === "handler" ? [code.dir, ...layers] : layers,
  );
  return [...ofFunctions, ...model.staticSites.map(({ folder }) => folder)].map((folder) =>
    path.posix.normalize(folder).replace(/\/$/, ""),
  );
}

/** Of names alone: nothing empty, no `.` and `..`, no drive, no way of another system to write these. */
function isPlainPath(name: string): boolean {
  if (/[\\:\0]/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * The code in an archive holds Holdfast's part of a function process, which talks to the process of the Holdfast that
 * runs it: the two must be of one series, in which only the last number differs.
 */
function seriesOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
