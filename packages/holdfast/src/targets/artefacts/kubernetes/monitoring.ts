import { metadataOf, type KubernetesPlan } from "./kubernetes-plan.ts";

const component = { "app.kubernetes.io/component": "metrics" };

/** A Service of its own, so that a NodePort of the app's does not show metrics outside. Undefined without a port for them. */
export function createMetricsService(plan: KubernetesPlan) {
  const { metricsPort } = plan.container;
  if (metricsPort === undefined) return undefined;
  const metadata = metadataOf(plan, "-metrics");
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: { ...metadata, labels: { ...metadata.labels, ...component } },
    spec: {
      type: "ClusterIP" as const,
      selector: { ...plan.selector },
      ports: [{ name: "metrics", port: metricsPort, targetPort: "metrics" }],
    },
  };
}

/** For clusters with Prometheus's operator. */
export function createServiceMonitor(plan: KubernetesPlan) {
  const { metricsPort } = plan.container;
  if (metricsPort === undefined) return undefined;
  return {
    apiVersion: "monitoring.coreos.com/v1" as const,
    kind: "ServiceMonitor" as const,
    metadata: metadataOf(plan),
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": plan.name, ...component } },
      endpoints: [{ port: "metrics", path: "/metrics", interval: "15s" }],
    },
  };
}
