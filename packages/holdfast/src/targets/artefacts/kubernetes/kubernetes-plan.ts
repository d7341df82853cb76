import { createHash } from "node:crypto";
import type { AppModel } from "../../../model/app-model.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";
import { writeContainerConfiguration } from "../container/container-configuration.ts";
import { planContainer, toObjectName, type ContainerPlan } from "../container/container-plan.ts";

/** What all objects of an app share. */
export interface KubernetesPlan {
  readonly container: ContainerPlan;
  readonly configuration: ServerConfiguration;
  readonly name: string;
  readonly labels: Labels;
  /** Labels that never change: those that objects find their pods by. */
  readonly selector: Labels;
  /** The text of `holdfast.yaml`, and a text that is another one when it is. */
  readonly settings: string;
  readonly settingsDigest: string;
  /** The longest time for which a connection may be silent. */
  readonly idleSeconds: number;
}

export interface Labels {
  readonly [name: string]: string;
}

export function planKubernetes(model: AppModel, given: ServerConfiguration, version: string): KubernetesPlan {
  // TLS ends at the Ingress.
  const configuration: ServerConfiguration = { ...given, tls: {} };
  const container = planContainer(model, configuration);
  const name = toObjectName(configuration.kubernetes.name ?? model.app.name);
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "server" };
  const settings = writeContainerConfiguration(container, configuration, {
    publicUrl: configuration.publicUrl ?? urlOfIngress(configuration),
  });
  return {
    container,
    configuration,
    name,
    selector,
    labels: {
      ...selector,
      "app.kubernetes.io/managed-by": "holdfast",
      "app.kubernetes.io/version": toLabelValue(version),
    },
    settings,
    settingsDigest: createHash("sha256").update(settings).digest("hex").slice(0, 16),
    idleSeconds: Math.ceil(
      Math.max(0, ...model.webSocketApis.map(({ limits }) => limits.idleTimeoutMs)) / 1000,
    ),
  };
}

export interface Metadata {
  name: string;
  namespace?: string;
  labels: Record<string, string>;
}

/** Of an object whose name is the app's, or begins with it. */
export function metadataOf({ name, labels, configuration }: KubernetesPlan, suffix = ""): Metadata {
  const { namespace } = configuration.kubernetes;
  return {
    name: `${name}${suffix}`,
    ...(namespace !== undefined && { namespace }),
    labels: { ...labels },
  };
}

function urlOfIngress({ kubernetes: { ingress } }: ServerConfiguration): string | undefined {
  if (ingress.host === undefined) return undefined;
  return `${ingress.tlsSecret === undefined ? "http" : "https"}://${ingress.host}`;
}

function toLabelValue(text: string): string {
  return text
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
