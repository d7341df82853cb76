import path from "node:path";
import { packageVersion } from "../../base/package-version.ts";
import { writeArtefacts } from "../../targets/artefacts/artefact.ts";
import {
  monitoringFolder,
  neededBefore,
  writeKubernetes,
} from "../../targets/artefacts/kubernetes/write-kubernetes.ts";
import type { BuildInputs } from "./build-inputs.ts";
import { writtenFiles, type BuildResult, type NextStep } from "./build-result.ts";
import type { Shown } from "./shown-path.ts";

/** Objects for `kubectl apply`. The image that they name comes of the target `docker`. */
export async function buildKubernetesTarget(
  { model, configuration, out }: BuildInputs,
  shown: Shown,
): Promise<BuildResult> {
  const { files, diagnostics, plan } = writeKubernetes(model, configuration, packageVersion());
  const folder = path.join(out, "kubernetes");
  await writeArtefacts(folder, files);
  const { namespace } = configuration.kubernetes;
  const where = namespace === undefined ? "" : ` --namespace ${namespace}`;
  const next: NextStep[] = [
    ...neededBefore(plan).map((command) => ({ command, about: "the credentials of management" })),
    { command: `kubectl apply -f ${shown(folder)}`, about: `runs ${plan.container.image}` },
    { command: `kubectl rollout status deployment/${plan.name}${where}`, about: "waits until it is ready" },
  ];
  if (plan.container.metricsPort !== undefined)
    next.push({
      command: `kubectl apply -f ${shown(path.join(folder, monitoringFolder))}`,
      about: "where Prometheus's operator is installed",
    });
  return { files: writtenFiles(folder, files), diagnostics, next };
}
