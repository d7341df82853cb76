import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../base/errors.ts";
import type { AppModel, FunctionModel } from "../../model/app-model.ts";
import { archivedAppDir, type ArchiveManifest } from "../../model/archive-manifest.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { AwsPlace, Frontend, FrontendSurroundings, Reading } from "../../ports/frontend.ts";
import { codeRevisionsOf } from "./code-revisions.ts";
import { openArchive, type OpenedArchive } from "./open-archive.ts";

export interface ArchiveFrontendOptions extends Pick<FrontendSurroundings, "buildDir" | "check" | "place"> {
  /** Absolute path of the archive. */
  readonly file: string;
  /** The version of the Holdfast that runs. */
  readonly version: string;
}

/** Unpacked archives that stay, the newest included: processes of the one before may still be loading from it. */
const keptRevisions = 2;

/** Reads an app from an archive: checks it, unpacks it below `buildDir`, and gives the model that it holds. */
export function createArchiveFrontend(options: ArchiveFrontendOptions): Frontend {
  const { file, version, place } = options;
  let revision = 0;
  return {
    name: "archive",
    async read() {
      let archive: OpenedArchive;
      try {
        archive = openArchive(await readFile(file), version);
      } catch (error) {
        return { diagnostics: [invalid(file, toError(error).message)], inputs: [file] };
      }
      revision += 1;
      const folder = path.join(options.buildDir, String(revision));
      await unpackInto(folder, archive);
      await rm(path.join(options.buildDir, String(revision - keptRevisions)), {
        recursive: true,
        force: true,
      });
      const { manifest } = archive;
      const found = options.check(manifest.model).map(({ severity, code, message, hint }) => {
        return { severity, code, message, ...(hint !== undefined && { hint }), place: { file } };
      });
      return {
        ...toReading(manifest, folder, revision),
        diagnostics: [...differences(file, manifest, place), ...found],
        inputs: [file],
      };
    },
    close: () => Promise.resolve(),
  };
}

function toReading(
  manifest: ArchiveManifest,
  folder: string,
  revision: number,
): Pick<Reading, "model" | "shown" | "bundle" | "codeRevisions"> {
  const appDir = path.join(folder, archivedAppDir);
  return {
    model: withAbsolutePaths(manifest.model, appDir),
    shown: manifest.model,
    codeRevisions: codeRevisionsOf(manifest),
    ...(manifest.bundle !== undefined && {
      bundle: { file: path.join(folder, manifest.bundle), appDir, revision },
    }),
  };
}

/** Where an archive is unpacked to is not the app's folder for whoever runs it. */
function withAbsolutePaths(model: AppModel, appDir: string): AppModel {
  const functions = model.functions.map((fn): FunctionModel => {
    const { code, layers } = fn;
    return {
      ...fn,
      ...(code.kind === "handler" && { code: { ...code, dir: path.resolve(appDir, code.dir) } }),
      ...(layers && { layers: layers.map((layer) => path.resolve(appDir, layer)) }),
    };
  });
  const staticSites = model.staticSites.map((site) => ({
    ...site,
    folder: path.resolve(appDir, site.folder),
  }));
  return { ...model, functions, staticSites };
}

async function unpackInto(folder: string, { files, manifest }: OpenedArchive): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.join(folder, archivedAppDir), { recursive: true });
    for (const [name, content] of files) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
      if (manifest.files[name]?.executable === true) await chmod(file, 0o755);
    }
  } catch (cause) {
    const message = `Cannot unpack the archive to ${folder}: ${toError(cause).message}`;
    throw new HoldfastError("STATE_NOT_WRITABLE", message, { cause });
  }
}

function invalid(file: string, why: string): Diagnostic {
  return {
    severity: "error",
    code: "ARCHIVE_INVALID",
    message: `The archive cannot be used: ${why}`,
    hint: "Build it again, with the version of Holdfast that is to run it.",
    place: { file },
  };
}

/** The names and ARNs of a template are those of where it was built for, wherever the archive runs. */
function differences(
  file: string,
  { place: built }: ArchiveManifest,
  { region, accountId, stage }: AwsPlace,
): readonly Diagnostic[] {
  if (built === undefined) return [];
  const now = { region, accountId, stage };
  const different = (["stage", "region", "accountId"] as const).filter((name) => built[name] !== now[name]);
  return different.map((name) => ({
    severity: "warning",
    code: "ARCHIVE_INVALID",
    message: `The archive was built for the ${placeWords[name]} ${built[name]}, and runs as ${now[name]}: its names stay as they are`,
    hint: `Build it again for ${now[name]}, or run it as ${built[name]}.`,
    place: { file },
  }));
}

const placeWords = { stage: "stage", region: "region", accountId: "account" } as const;
