import path from "node:path";
import { writeArtefacts } from "../../targets/artefacts/artefact.ts";
import { planContainer } from "../../targets/artefacts/container/container-plan.ts";
import { writeObservability } from "../../targets/artefacts/observability/write-observability.ts";
import type { BuildInputs } from "./build-inputs.ts";
import { writtenFiles, type BuildResult } from "./build-result.ts";
import type { Shown } from "./shown-path.ts";

/** What watches over the app, and a compose file that brings up all of it with the app's image. */
export async function buildObservabilityTarget(
  { model, configuration, out }: BuildInputs,
  shown: Shown,
): Promise<BuildResult> {
  const files = writeObservability(model, configuration);
  const folder = path.join(out, "observability");
  await writeArtefacts(folder, files);
  const { image } = planContainer(model, configuration);
  const compose = shown(path.join(folder, "compose.yaml"));
  return {
    files: writtenFiles(folder, files),
    diagnostics: [],
    next: [
      { command: "holdfast build --target docker", about: "writes what the app's image is made from" },
      { command: `docker build -t ${image} ${shown(path.join(out, "docker"))}`, about: "makes the image" },
      { command: `docker compose -f ${compose} up -d`, about: "brings up the app and what watches over it" },
    ],
  };
}
