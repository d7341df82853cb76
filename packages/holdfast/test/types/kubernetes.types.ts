import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ConfigMap, PersistentVolumeClaim, Service } from "kubernetes-types/core/v1.d.ts";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import { createDeployment } from "../../src/targets/artefacts/kubernetes/deployment.ts";
import type { KubernetesPlan } from "../../src/targets/artefacts/kubernetes/kubernetes-plan.ts";
import { createMetricsService } from "../../src/targets/artefacts/kubernetes/monitoring.ts";
import {
  createIngress,
  createNetworkPolicy,
  createService,
} from "../../src/targets/artefacts/kubernetes/network.ts";
import {
  createConfigMap,
  createPersistentVolumeClaim,
  createPodDisruptionBudget,
} from "../../src/targets/artefacts/kubernetes/storage.ts";

/** What is written for Kubernetes compiles against its own types. */
export const writers: {
  readonly deployment: (plan: KubernetesPlan) => Deployment;
  readonly service: (plan: KubernetesPlan) => Service;
  readonly ingress: (plan: KubernetesPlan) => Ingress | undefined;
  readonly configMap: (plan: KubernetesPlan) => ConfigMap;
  readonly persistentVolumeClaim: (plan: KubernetesPlan) => PersistentVolumeClaim;
  readonly podDisruptionBudget: (plan: KubernetesPlan) => PodDisruptionBudget;
  readonly networkPolicy: (plan: KubernetesPlan) => NetworkPolicy;
  readonly metricsService: (plan: KubernetesPlan) => Service | undefined;
} = {
  deployment: createDeployment,
  service: createService,
  ingress: createIngress,
  configMap: createConfigMap,
  persistentVolumeClaim: createPersistentVolumeClaim,
  podDisruptionBudget: createPodDisruptionBudget,
  networkPolicy: createNetworkPolicy,
  metricsService: createMetricsService,
};
