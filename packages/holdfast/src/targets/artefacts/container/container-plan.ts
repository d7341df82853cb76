import type { AppModel } from "../../../model/app-model.ts";
import { defaultPort } from "../../../model/defaults.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";

/** Where things are in a container, for whoever writes something about one. */
export const containerPaths = {
  holdfast: "/opt/holdfast",
  app: "/app",
  configuration: "/etc/holdfast/holdfast.yaml",
  credentials: "/run/secrets/holdfast-credentials/credentials.json",
  state: "/var/lib/holdfast",
} as const;

/** Nobody in particular: a number that is no user of the usual base images', for clusters that look at numbers only. */
export const containerUser = 10001;

/** Between the end of a server's own grace and the moment at which the container is killed. */
const marginSeconds = 10;
/** How long a pod that is to end waits until nobody sends it new clients. */
export const leaveSeconds = 5;

/** What a container of an app is like. */
export interface ContainerPlan {
  /** `registry/image:tag`. */
  readonly image: string;
  readonly port: number;
  /** Of metrics on a port of their own. */
  readonly metricsPort?: number;
  /** How long it may take to stop after SIGTERM. */
  readonly stopSeconds: number;
  /** The archive's path in it. */
  readonly archive: string;
}

export function planContainer(
  { app }: Pick<AppModel, "app">,
  { docker, drain, metrics, port }: ServerConfiguration,
): ContainerPlan {
  const { registry, image = toImageName(app.name), tag } = docker;
  return {
    image: `${registry === undefined ? "" : `${registry}/`}${image}:${tag}`,
    // 0 stands for any free port, which nobody outside would find.
    port: [port, app.port, defaultPort].find((one) => one !== undefined && one !== 0) ?? defaultPort,
    ...(metrics.enabled && metrics.port !== 0 && { metricsPort: metrics.port }),
    stopSeconds: Math.ceil(drain.graceMs / 1000) + marginSeconds,
    archive: `${containerPaths.app}/${app.name}.holdfast`,
  };
}

/** Images have no capitals, and separators only between other characters. */
function toImageName(name: string): string {
  return toPlainName(name, /[._-]{2,}/g);
}

/** What Kubernetes takes for the name of any object: at most 63 small letters, digits and hyphens. */
export function toObjectName(name: string): string {
  return toPlainName(name.replaceAll(/[._]/g, "-"), /-{2,}/g).slice(0, 52).replace(/-+$/, "");
}

function toPlainName(name: string, repeated: RegExp): string {
  const plain = name
    .toLowerCase()
    .replaceAll(repeated, "-")
    .replace(/^[^a-z0-9]+/, "")
    .replace(/[^a-z0-9]+$/, "");
  return plain === "" ? "app" : plain;
}
