import { stringify } from "yaml";
import type { AppModel } from "../../../model/app-model.ts";
import type { Diagnostic } from "../../../model/diagnostic.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";
import type { ArtefactFile } from "../artefact.ts";
import { createDeployment, credentialsSecret } from "./deployment.ts";
import { planKubernetes, type KubernetesPlan } from "./kubernetes-plan.ts";
import { createMetricsService, createServiceMonitor } from "./monitoring.ts";
import { createIngress, createNetworkPolicy, createService } from "./network.ts";
import { createConfigMap, createPersistentVolumeClaim, createPodDisruptionBudget } from "./storage.ts";

export interface KubernetesArtefact {
  readonly files: readonly ArtefactFile[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly plan: KubernetesPlan;
}

/** The folder of what only clusters with Prometheus's operator take. */
export const monitoringFolder = "monitoring";

/** A file an object, for `kubectl apply -f` of the folder. `version` is that of Holdfast. */
export function writeKubernetes(
  model: AppModel,
  configuration: ServerConfiguration,
  version: string,
): KubernetesArtefact {
  const plan = planKubernetes(model, configuration, version);
  const objects = {
    "configmap.yaml": createConfigMap(plan),
    "deployment.yaml": createDeployment(plan),
    "ingress.yaml": createIngress(plan),
    "networkpolicy.yaml": createNetworkPolicy(plan),
    "persistentvolumeclaim.yaml": createPersistentVolumeClaim(plan),
    "poddisruptionbudget.yaml": createPodDisruptionBudget(plan),
    "service.yaml": createService(plan),
    [`${monitoringFolder}/service.yaml`]: createMetricsService(plan),
    [`${monitoringFolder}/servicemonitor.yaml`]: createServiceMonitor(plan),
  };
  const files = Object.entries(objects).flatMap(([path, object]) =>
    object === undefined
      ? []
      : [{ path, content: stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }) }],
  );
  return { files, diagnostics: findOmissions(model, configuration, plan), plan };
}

/** What the objects cannot know, and the operator has to see to. */
function findOmissions(
  model: AppModel,
  { docker, kubernetes, tls, proxy, traces }: ServerConfiguration,
  plan: KubernetesPlan,
): readonly Diagnostic[] {
  const secrets = model.secrets.map(({ name }) => name);
  const found: (readonly [holds: boolean, message: string, hint: string])[] = [
    [
      secrets.length > 0 && kubernetes.secret === undefined,
      `The app needs the secrets ${secrets.join(", ")}, and kubernetes.secret names no Secret that has them`,
      `kubectl create secret generic ${plan.name} --from-env-file=.env, and kubernetes.secret: ${plan.name}`,
    ],
    [
      tls.certificate !== undefined,
      "tls.certificate is left out: in a cluster TLS ends at the Ingress",
      "Name a Secret with the certificate in kubernetes.ingress.tlsSecret.",
    ],
    [
      kubernetes.ingress.host !== undefined && proxy.trusted.length === 0,
      "Behind the Ingress every client seems to come from its address: proxy.trusted is empty",
      "Give the network of the cluster's pods in proxy.trusted, such as 10.0.0.0/8.",
    ],
    [
      docker.tag === "latest",
      "docker.tag is latest: a new image changes nothing in the objects, and so kubectl apply runs the old one on",
      "Give each image a tag of its own, such as a version.",
    ],
    [
      Object.keys(traces.headers).length > 0,
      "traces.headers are left out, since they hold keys, and a ConfigMap is no place for these",
      "Put HOLDFAST_TRACES_HEADERS into the Secret that kubernetes.secret names.",
    ],
  ];
  return found
    .filter(([holds]) => holds)
    .map(([, message, hint]) => ({ severity: "warning", code: "ARTEFACT_INCOMPLETE", message, hint }));
}

/** What must be there before the objects are: commands with their reasons. */
export function neededBefore({ configuration, name }: KubernetesPlan): readonly string[] {
  const { namespace } = configuration.kubernetes;
  const { credentials } = configuration.management;
  if (credentials === undefined) return [];
  const where = namespace === undefined ? "" : ` --namespace ${namespace}`;
  return [
    `kubectl create secret generic ${credentialsSecret(name)}${where} --from-file=credentials.json='${credentials.replaceAll("'", String.raw`'\''`)}'`,
  ];
}
