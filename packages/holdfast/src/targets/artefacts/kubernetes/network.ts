import { metadataOf, type KubernetesPlan } from "./kubernetes-plan.ts";

/** Where other pods, the Ingress and, as a NodePort, machines outside reach the app. */
export function createService(plan: KubernetesPlan) {
  const { container, selector, configuration } = plan;
  const { type, nodePort } = configuration.kubernetes.service;
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: { ...metadataOf(plan), name: serviceName(plan) },
    spec: {
      type,
      selector: { ...selector },
      ports: [
        {
          name: "http",
          port: container.port,
          targetPort: "http",
          ...(nodePort !== undefined && { nodePort }),
        },
      ],
    },
  };
}

export function serviceName({ name, configuration }: KubernetesPlan): string {
  return configuration.kubernetes.service.name ?? name;
}

/** Undefined where the configuration names no host. */
export function createIngress(plan: KubernetesPlan) {
  const { configuration, idleSeconds } = plan;
  const { host, path, className, tlsSecret } = configuration.kubernetes.ingress;
  if (host === undefined) return undefined;
  // A proxy closes what is silent for longer: the app's own bound is to come first.
  const silentSeconds = String(idleSeconds + 60);
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "Ingress" as const,
    metadata: {
      ...metadataOf(plan),
      annotations: {
        "nginx.ingress.kubernetes.io/proxy-read-timeout": silentSeconds,
        "nginx.ingress.kubernetes.io/proxy-send-timeout": silentSeconds,
        "nginx.ingress.kubernetes.io/proxy-http-version": "1.1",
        "nginx.ingress.kubernetes.io/proxy-body-size": String(configuration.limits.bodyBytes),
      },
    },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      ...(tlsSecret !== undefined && { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path,
                pathType: "Prefix" as const,
                backend: { service: { name: serviceName(plan), port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    },
  };
}

/** Clients may come from everywhere; metrics are for the cluster, and nothing else is reached. What the app asks for is its own affair. */
export function createNetworkPolicy(plan: KubernetesPlan) {
  const { container, selector } = plan;
  const { port, metricsPort } = container;
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata: metadataOf(plan),
    spec: {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: ["Ingress" as const],
      ingress: [
        { ports: [{ protocol: "TCP" as const, port }] },
        ...(metricsPort === undefined
          ? []
          : [
              { from: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP" as const, port: metricsPort }] },
            ]),
      ],
    },
  };
}
