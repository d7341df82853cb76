import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { sampleModel } from "../../../../test/model/sample-model.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../../model/server-configuration.ts";
import { writeKubernetes } from "./write-kubernetes.ts";

const plain: ServerConfiguration = { ...defaultServerConfiguration, stateDir: "/home/me/.holdfast" };
const { kubernetes } = plain;

const everything: ServerConfiguration = {
  ...plain,
  port: 9090,
  metrics: { ...plain.metrics, enabled: true },
  proxy: { trusted: ["10.0.0.0/8"], protocol: false },
  drain: { ...plain.drain, graceMs: 45_000 },
  management: { credentials: "/home/me/keys.json" },
  traces: { ...plain.traces, headers: { authorization: "secret" } },
  docker: { ...plain.docker, registry: "registry.example.com/team", image: "talk", tag: "1.2.3" },
  kubernetes: {
    ...kubernetes,
    name: "Big_Chat",
    namespace: "talks",
    service: { type: "NodePort", name: "chat-node-port", nodePort: 30_090 },
    ingress: { host: "chat.example.com", path: "/live", className: "nginx", tlsSecret: "chat-tls" },
    secret: "chat-secrets",
    storage: "5Gi",
    storageClass: "fast",
  },
};

const validators = {
  Deployment: (value) => new Deployment(value as never).validate(),
  Service: (value) => new Service(value as never).validate(),
  Ingress: (value) => new Ingress(value as never).validate(),
  ConfigMap: (value) => new ConfigMap(value as never).validate(),
  PersistentVolumeClaim: (value) => new PersistentVolumeClaim(value as never).validate(),
  PodDisruptionBudget: (value) => new PodDisruptionBudget(value as never).validate(),
  NetworkPolicy: (value) => new NetworkPolicy(value as never).validate(),
  ServiceMonitor: (value) => new ServiceMonitor(value as never).validate(),
} as const satisfies Record<string, (value: unknown) => void>;

interface Written {
  readonly kind: keyof typeof validators;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, string>>;
}

function write(configuration: ServerConfiguration): ReadonlyMap<string, Written> {
  const { files } = writeKubernetes(sampleModel, configuration, "0.1.0");
  return new Map(files.map(({ path, content }) => [path, parse(content as string) as Written]));
}

test.each([
  ["as it is", plain],
  ["with everything", everything],
])("every object fits Kubernetes's schema: %s", (_, configuration) => {
  const objects = [...write(configuration).values()];
  for (const object of objects) validators[object.kind](object);
  expect(objects.length).toBe(configuration === plain ? 6 : 9);
});

test("the schemas refuse what is wrong", () => {
  const deployment = write(plain).get("deployment.yaml");
  expect(() =>
    validators.Deployment({ ...deployment, spec: { ...deployment?.spec, replicas: "one" } }),
  ).toThrow("replicas");
});

test("names, image, ports, host and path are those of the configuration", () => {
  const objects = write(everything);
  const all = [...objects.values()].map(({ metadata }) => metadata);
  expect(new Set(all.map(({ namespace }) => namespace))).toEqual(new Set(["talks"]));
  expect(
    all.map(({ name }) => name).filter((name) => !/^(?:big-chat(?:-|$)|chat-node-port$)/.test(name)),
  ).toEqual([]);
  const text = JSON.stringify([...objects.values()]);
  expect(objects.get("service.yaml")?.spec).toEqual({
    type: "NodePort",
    selector: { "app.kubernetes.io/name": "big-chat", "app.kubernetes.io/component": "server" },
    ports: [{ name: "http", port: 9090, targetPort: "http", nodePort: 30_090 }],
  });
  expect(objects.get("ingress.yaml")?.spec).toMatchObject({
    ingressClassName: "nginx",
    tls: [{ hosts: ["chat.example.com"], secretName: "chat-tls" }],
    rules: [
      {
        host: "chat.example.com",
        http: { paths: [{ path: "/live", backend: { service: { name: "chat-node-port" } } }] },
      },
    ],
  });
  expect(objects.get("persistentvolumeclaim.yaml")?.spec).toMatchObject({
    storageClassName: "fast",
    resources: { requests: { storage: "5Gi" } },
  });
  expect(text).toContain('"image":"registry.example.com/team/talk:1.2.3"');
  expect(text).toContain('"envFrom":[{"secretRef":{"name":"chat-secrets"}}]');
});

test("a pod is a stranger on its machine, writes to its volume only, and has the time to drain", () => {
  const spec = write(everything).get("deployment.yaml")?.spec;
  expect(spec).toMatchObject({
    replicas: 1,
    strategy: { type: "Recreate" },
    template: {
      spec: {
        // The hook's 5 seconds, the server's own 45, and 10 for what ends after it.
        terminationGracePeriodSeconds: 60,
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10_001,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            readinessProbe: { httpGet: { path: "/health/ready", port: "http" } },
            livenessProbe: { httpGet: { path: "/health/live", port: "http" } },
            lifecycle: { preStop: { exec: { command: ["node", "-e", "setTimeout(() => {}, 5000)"] } } },
            resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "1Gi" } },
          },
        ],
      },
    },
  });
});

test("where proxies introduce their clients the app is asked how it is from inside its container", () => {
  const proxied = { ...everything, proxy: { trusted: ["10.0.0.0/8"], protocol: true } };
  const text = JSON.stringify(write(proxied).get("deployment.yaml"));
  expect(text).not.toContain("httpGet");
  expect(text).toContain("http://127.0.0.1:9090/health/ready");
});

test("the Ingress waits longer than a connection may be silent", () => {
  const ingress = writeKubernetes(sampleModel, everything, "0.1.0").files.find(
    ({ path }) => path === "ingress.yaml",
  );
  const idle = Math.max(...sampleModel.webSocketApis.map(({ limits }) => limits.idleTimeoutMs)) / 1000;
  expect(ingress?.content).toContain(`proxy-read-timeout: "${Math.ceil(idle) + 60}"`);
});

test("the ConfigMap has what was configured, with the container's paths and without keys", () => {
  const text = write(everything).get("configmap.yaml")?.data["holdfast.yaml"];
  expect(parse(text ?? "")).toEqual({
    publicUrl: "https://chat.example.com",
    port: 9090,
    stateDir: "/var/lib/holdfast",
    proxy: { trusted: ["10.0.0.0/8"] },
    management: { credentials: "/run/secrets/holdfast-credentials/credentials.json" },
    drain: { graceMs: 45_000 },
    metrics: { enabled: true },
  });
});

test("another configuration is another pod, and the same the same files", () => {
  const digest = (configuration: ServerConfiguration): unknown =>
    JSON.stringify(write(configuration).get("deployment.yaml")?.spec["template"]).match(
      /"holdfast\/configuration":"(\w+)"/,
    )?.[1];
  expect(digest({ ...plain, origins: ["https://example.com"] })).not.toBe(digest(plain));
  expect(writeKubernetes(sampleModel, everything, "0.1.0")).toEqual(
    writeKubernetes(sampleModel, everything, "0.1.0"),
  );
});

test("what the operator has to see to is said", () => {
  const messages = (configuration: ServerConfiguration): readonly string[] =>
    writeKubernetes({ ...sampleModel, secrets: [{ name: "KEY" }] }, configuration, "0.1.0").diagnostics.map(
      ({ message }) => message,
    );
  expect(messages(everything)).toEqual([
    "traces.headers are left out, since they hold keys, and a ConfigMap is no place for these",
  ]);
  expect(
    messages({
      ...plain,
      tls: { certificate: "/c", key: "/k" },
      kubernetes: { ...kubernetes, ingress: { host: "a.example", path: "/" } },
    }),
  ).toEqual([
    "The app needs the secrets KEY, and kubernetes.secret names no Secret that has them",
    "tls.certificate is left out: in a cluster TLS ends at the Ingress",
    "Behind the Ingress every client seems to come from its address: proxy.trusted is empty",
    "docker.tag is latest: a new image changes nothing in the objects, and so kubectl apply runs the old one on",
  ]);
});
