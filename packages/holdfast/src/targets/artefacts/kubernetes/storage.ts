import { metadataOf, type KubernetesPlan } from "./kubernetes-plan.ts";

export function createConfigMap(plan: KubernetesPlan) {
  return {
    apiVersion: "v1" as const,
    kind: "ConfigMap" as const,
    metadata: metadataOf(plan, "-configuration"),
    data: { "holdfast.yaml": plan.settings },
  };
}

/** All that outlives the pod: tables, buckets, queues. Deleting it deletes them. */
export function createPersistentVolumeClaim(plan: KubernetesPlan) {
  const { storage, storageClass } = plan.configuration.kubernetes;
  return {
    apiVersion: "v1" as const,
    kind: "PersistentVolumeClaim" as const,
    metadata: metadataOf(plan, "-state"),
    spec: {
      accessModes: ["ReadWriteOnce" as const],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage } },
    },
  };
}

/** One pod may be moved when its node is emptied: that none may ever be away would keep nodes from being emptied at all. */
export function createPodDisruptionBudget(plan: KubernetesPlan) {
  return {
    apiVersion: "policy/v1" as const,
    kind: "PodDisruptionBudget" as const,
    metadata: metadataOf(plan),
    spec: { maxUnavailable: 1, selector: { matchLabels: { ...plan.selector } } },
  };
}
