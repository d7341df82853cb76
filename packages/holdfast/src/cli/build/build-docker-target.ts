import path from "node:path";
import { packageVersion } from "../../base/package-version.ts";
import { writeArtefacts } from "../../targets/artefacts/artefact.ts";
import { containerPaths, toObjectName } from "../../targets/artefacts/container/container-plan.ts";
import { writeDocker } from "../../targets/artefacts/docker/write-docker.ts";
import { archiveOf, type BuildInputs } from "./build-inputs.ts";
import { writtenFiles, type BuildResult } from "./build-result.ts";
import type { Shown } from "./shown-path.ts";

/** A folder for `docker build`. */
export async function buildDockerTarget(inputs: BuildInputs, shown: Shown): Promise<BuildResult> {
  const { model, configuration, chosen, out } = inputs;
  const archive = await archiveOf(inputs);
  const written = await writeDocker({
    model,
    configuration,
    archive,
    appDir: chosen.appDir,
    version: packageVersion(),
  });
  const folder = path.join(out, "docker");
  await writeArtefacts(folder, written.files);
  const { image, port } = written.container;
  const volume = `${toObjectName(model.app.name)}-state:${containerPaths.state}`;
  const isOurs = (name: string): boolean => name.startsWith("holdfast/");
  const { true: ours = [], false: files = [] } = Object.groupBy(
    written.files,
    (file) => `${isOurs(file.path)}`,
  );
  const bytesOfOurs = writtenFiles(folder, ours).reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    files: [
      ...writtenFiles(folder, files),
      { file: `${path.join(folder, "holdfast")}${path.sep}`, bytes: bytesOfOurs },
    ],
    diagnostics: [...archive.diagnostics, ...written.diagnostics],
    next: [
      { command: `docker build -t ${image} ${shown(folder)}`, about: "makes the image" },
      {
        command: `docker run --init --read-only --tmpfs /tmp -p ${port}:${port} -v ${volume} ${image}`,
        about: "runs it",
      },
      {
        command: `docker compose -f ${shown(path.join(folder, "compose.yaml"))} up -d --build`,
        about: "or both",
      },
    ],
  };
}
