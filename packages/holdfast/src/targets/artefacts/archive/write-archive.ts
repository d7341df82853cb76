import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../../base/errors.ts";
import { zipFiles } from "../../../bundle/zip.ts";
import type { AppModel } from "../../../model/app-model.ts";
import {
  archivedAppDir,
  archiveFormat,
  manifestName,
  type ArchivedFile,
  type ArchiveManifest,
} from "../../../model/archive-manifest.ts";
import { layOutArchive } from "./archive-layout.ts";
import { collectFolder } from "./collect-folder.ts";

/** The ending of an archive's file. */

export interface ArchiveContents {
  readonly model: AppModel;
  /** The version of Holdfast that makes it. */
  readonly version: string;
  /** Absolute path of the app's folder. */
  readonly appDir: string;
  /** Absolute path of the folder that the app was built to. */
  readonly buildDir: string;
  /** The module with the app's code and its packages, of apps that have one, and its source map. */
  readonly bundle?: { readonly code: Uint8Array; readonly map: Uint8Array };
  /** Where the app was read for, when its model depends on it. */
  readonly place?: ArchiveManifest["place"];
  /** Absolute paths of files and folders that stay out, such as the one that builds go to. */
  readonly except: readonly string[];
}

interface Entry {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/**
 * An app as one file that runs without its sources or an install. The same contents give the same bytes.
 * Rejects with `APP_BUILD_FAILED` when a folder of the app's cannot be read.
 */
export async function writeArchive(contents: ArchiveContents): Promise<Uint8Array> {
  const { bundle, version, place, except } = contents;
  const { model, folders } = layOutArchive(contents.model, contents);
  const entries = new Map<string, Entry>();
  for (const [inArchive, folder] of folders) await addFolder(entries, inArchive, folder, except);
  if (bundle !== undefined) {
    entries.set(bundleEntry, { content: bundle.code, executable: false });
    entries.set(`${bundleEntry}.map`, { content: bundle.map, executable: false });
  }
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const manifest: ArchiveManifest = {
    format: archiveFormat,
    holdfast: version,
    ...(place !== undefined && { place }),
    model,
    ...(bundle !== undefined && { bundle: bundleEntry }),
    files: Object.fromEntries(sorted.map(([name, entry]) => [name, factsOf(entry)])),
  };
  const first = new TextEncoder().encode(JSON.stringify(manifest));
  return zipFiles([[manifestName, first], ...sorted.map(([name, { content }]) => [name, content] as const)]);
}

const bundleEntry = "bundle/app.mjs";

async function addFolder(
  entries: Map<string, Entry>,
  inArchive: string,
  folder: string,
  except: readonly string[],
): Promise<void> {
  try {
    for (const { path: name, file, executable } of await collectFolder(folder, { except })) {
      const entry = path.posix.join(archivedAppDir, inArchive, name);
      if (!entries.has(entry)) entries.set(entry, { content: await readFile(file), executable });
    }
  } catch (cause) {
    throw new HoldfastError("APP_BUILD_FAILED", `${folder} cannot be archived: ${toError(cause).message}`, {
      hint: "Each folder of a function, a layer and a static site goes into the archive. See that it is there.",
      cause,
    });
  }
}

function factsOf({ content, executable }: Entry): ArchivedFile {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { sha256, ...(executable && { executable: true }) };
}
