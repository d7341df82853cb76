import { containerPaths, containerUser, leaveSeconds } from "../container/container-plan.ts";
import { healthCommand } from "../docker/dockerfile.ts";
import { metadataOf, type KubernetesPlan } from "./kubernetes-plan.ts";

/**
 * One pod: its volume has one writer. A new one starts when the old one has ended, and clients come back to it.
 */
export function createDeployment(plan: KubernetesPlan) {
  const { name, labels, selector, settingsDigest } = plan;
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata: metadataOf(plan),
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      strategy: { type: "Recreate" as const },
      selector: { matchLabels: { ...selector } },
      template: {
        metadata: {
          labels: { ...labels },
          // A pod reads its configuration when it starts: another one calls for another pod.
          annotations: { "holdfast/configuration": settingsDigest },
        },
        spec: createPodSpec(plan, name),
      },
    },
  };
}

function createPodSpec(plan: KubernetesPlan, name: string) {
  const { container, configuration } = plan;
  const credentials = configuration.management.credentials !== undefined;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The pause process is then the first one, and reaps what functions leave behind.
    shareProcessNamespace: true,
    terminationGracePeriodSeconds: leaveSeconds + container.stopSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: containerUser,
      runAsGroup: containerUser,
      fsGroup: containerUser,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" as const },
    },
    containers: [createContainer(plan)],
    volumes: [
      { name: "state", persistentVolumeClaim: { claimName: `${name}-state` } },
      { name: "configuration", configMap: { name: `${name}-configuration` } },
      { name: "tmp", emptyDir: {} },
      ...(credentials ? [{ name: "credentials", secret: { secretName: credentialsSecret(name) } }] : []),
    ],
  };
}

/** The Secret with `credentials.json`, which the operator creates. */
export function credentialsSecret(name: string): string {
  return `${name}-credentials`;
}

function createContainer({ container, configuration }: KubernetesPlan) {
  const { kubernetes, management, proxy } = configuration;
  // Where proxies introduce their clients a kubelet cannot ask from its own address, which may be among theirs.
  const probe = (what: "live" | "ready") => ({
    ...(proxy.protocol
      ? { exec: { command: [...healthCommand({ container, tls: false, what })] } }
      : { httpGet: { path: `/health/${what}`, port: "http" } }),
    timeoutSeconds: 5,
  });
  const { metricsPort } = container;
  return {
    name: "holdfast",
    image: container.image,
    // As minikube has what was built for it, and a tag means one image.
    imagePullPolicy: "IfNotPresent" as const,
    ports: [
      { name: "http", containerPort: container.port },
      ...(metricsPort === undefined ? [] : [{ name: "metrics", containerPort: metricsPort }]),
    ],
    ...(kubernetes.secret !== undefined && { envFrom: [{ secretRef: { name: kubernetes.secret } }] }),
    startupProbe: { ...probe("ready"), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe("ready"), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...probe("live"), periodSeconds: 10, failureThreshold: 3 },
    // SIGTERM begins the drain: it comes once nobody sends new clients here any more. A second signal would end it at once,
    // so that the hook sends none of its own.
    lifecycle: {
      preStop: { exec: { command: ["node", "-e", `setTimeout(() => {}, ${leaveSeconds * 1000})`] } },
    },
    resources: {
      requests: { cpu: kubernetes.cpu, memory: kubernetes.memory },
      limits: { memory: kubernetes.memoryLimit },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "state", mountPath: containerPaths.state },
      { name: "configuration", mountPath: folderOf(containerPaths.configuration), readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
      ...(management.credentials === undefined
        ? []
        : [{ name: "credentials", mountPath: folderOf(containerPaths.credentials), readOnly: true }]),
    ],
  };
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/"));
}
