import path from "node:path";
import { archiveExtension } from "../../model/archive-manifest.ts";
import { writeArtefact } from "../../targets/artefacts/artefact.ts";
import { archiveOf, type BuildInputs } from "./build-inputs.ts";
import type { BuildResult } from "./build-result.ts";
import type { Shown } from "./shown-path.ts";

/** One file that `holdfast serve` runs. */
export async function buildArchiveTarget(inputs: BuildInputs, shown: Shown): Promise<BuildResult> {
  const { bytes, diagnostics } = await archiveOf(inputs);
  const file = path.join(inputs.out, `${inputs.model.app.name}${archiveExtension}`);
  await writeArtefact(file, bytes);
  // How it is run is not in it: that may be said elsewhere in another way.
  const configuration =
    inputs.configurationFile === undefined ? "" : ` --config ${shown(inputs.configurationFile)}`;
  return {
    files: [{ file, bytes: bytes.length }],
    diagnostics,
    next: [{ command: `holdfast serve ${shown(file)}${configuration}`, about: "runs it" }],
  };
}
