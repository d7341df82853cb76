import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { HoldfastError, toError } from "../../../base/errors.ts";
import type { BundledPackage } from "../../../bundle/bundled-packages.ts";
import { buildStandalone, type StandaloneBundle } from "../../../bundle/standalone-bundle.ts";
import type { AppModel } from "../../../model/app-model.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import { InvalidAppError } from "../../../model/invalid-app-error.ts";
import type { FrontendSurroundings } from "../../../ports/frontend.ts";
import { writeArchive } from "./write-archive.ts";

export interface BuildArchiveOptions extends Pick<FrontendSurroundings, "evaluator" | "buildDir" | "place"> {
  readonly model: AppModel;
  /** Absolute path of the app's folder. */
  readonly appDir: string;
  /** Absolute path of the app's file, of apps in code. */
  readonly entry?: string;
  readonly version: string;
  /** Absolute paths of what stays out. */
  readonly except: readonly string[];
}

export interface BuiltArchive {
  readonly bytes: Uint8Array;
  /** The npm packages in its bundle. */
  readonly packages: readonly BundledPackage[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes an archive of an app that was read. Throws `InvalidAppError` when its code cannot be made self-contained. */
export async function buildArchive(options: BuildArchiveOptions): Promise<BuiltArchive> {
  const { model, entry, place } = options;
  const warnings = warnOfSecureValues(model);
  if (entry === undefined)
    return { bytes: await writeArchive({ ...options, place }), packages: [], diagnostics: warnings };
  const { bundle, diagnostics } = await buildStandalone(entry);
  if (bundle === undefined) throw new InvalidAppError(diagnostics);
  await tryLoading(bundle, options);
  const bytes = await writeArchive({
    model,
    version: options.version,
    appDir: options.appDir,
    buildDir: options.buildDir,
    except: options.except,
    bundle,
  });
  return { bytes, packages: bundle.packages, diagnostics: [...diagnostics, ...warnings] };
}

/** Some packages do not work as part of a bundle: better known now than where the archive runs. */
async function tryLoading(
  { code, map }: StandaloneBundle,
  { evaluator, buildDir, appDir, entry = "" }: BuildArchiveOptions,
): Promise<void> {
  const folder = path.join(buildDir, "standalone");
  const file = path.join(folder, "app.mjs");
  await mkdir(folder, { recursive: true });
  await writeFile(file, code);
  await writeFile(`${file}.map`, map);
  try {
    await evaluator.evaluate({ file, appDir, revision: standaloneRevision });
  } catch (error) {
    if (error instanceof HoldfastError && error.fault === "system") throw error;
    const diagnostic: Diagnostic = {
      severity: "error",
      code: "APP_BUILD_FAILED",
      message: `The app loads from its folder, and not as one module with its packages: ${toError(error).message}`,
      hint: "A package may read files beside its own, or load others by computed names. Run the app from its folder, or do without that package.",
      place: { file: entry },
    };
    throw new InvalidAppError([diagnostic]);
  }
}

/** Beyond those of readings, which count from 1. */
const standaloneRevision = 1_000_000;

/** Whoever has the archive has them. */
function warnOfSecureValues({ parameters }: AppModel): readonly Diagnostic[] {
  const secure = parameters.filter(({ type }) => type === "SecureString").map(({ name }) => name);
  if (secure.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "ARTEFACT_INCOMPLETE",
      message: `The archive holds the values of secure parameters: ${secure.join(", ")}`,
      hint: "Keep it as you keep them.",
    },
  ];
}
