import path from "node:path";
import { packageVersion } from "../../base/package-version.ts";
import type { ChosenApp } from "../../frontends/choose.ts";
import type { AppModel } from "../../model/app-model.ts";
import type { ServerConfiguration } from "../../model/server-configuration.ts";
import type { FrontendSurroundings } from "../../ports/frontend.ts";
import { buildArchive, type BuiltArchive } from "../../targets/artefacts/archive/build-archive.ts";
import { readFile } from "node:fs/promises";

/** What a build is made from. */
export interface BuildInputs {
  readonly chosen: ChosenApp;
  readonly model: AppModel;
  readonly configuration: ServerConfiguration;
  /** What the configuration was read from, where there is a file. */
  readonly configurationFile?: string;
  readonly surroundings: FrontendSurroundings;
  /** Absolute path of the folder that builds go to. */
  readonly out: string;
}

/** The app as an archive: one that is an archive already stays as it is. */
export async function archiveOf({ chosen, model, surroundings, out }: BuildInputs): Promise<BuiltArchive> {
  if (chosen.kind === "archive") return { bytes: await readFile(chosen.path), packages: [], diagnostics: [] };
  return buildArchive({
    ...surroundings,
    model,
    appDir: chosen.appDir,
    ...(chosen.kind === "code" && { entry: chosen.path }),
    version: packageVersion(),
    // Neither what was built before nor what the laptop keeps.
    except: [out, path.join(chosen.appDir, ".holdfast")],
  });
}
