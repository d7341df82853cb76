import type { ServerConfiguration } from "../../model/server-configuration.ts";
import type { SettingPath } from "./setting-path.ts";

/** What must hold between settings that are fine each by itself. */
export interface CrossCheck {
  /** The settings it is about; the one that is most to blame, first. */
  readonly paths: readonly [SettingPath, ...SettingPath[]];
  /** What is wrong, or undefined. */
  readonly find: (configuration: ServerConfiguration) => string | undefined;
  readonly hint: string;
}

const samplerParameters: Readonly<
  Record<ServerConfiguration["traces"]["sampler"]["type"], (parameter: number) => boolean>
> = {
  const: (parameter) => parameter === 0 || parameter === 1,
  probabilistic: (parameter) => parameter <= 1,
  ratelimiting: (parameter) => parameter > 0,
};

export const crossChecks: readonly CrossCheck[] = [
  {
    paths: ["tls.certificate", "tls.key"],
    find: ({ tls }) =>
      tls.certificate !== undefined && tls.key === undefined
        ? "tls.certificate is set without tls.key"
        : undefined,
    hint: "Give both, or neither.",
  },
  {
    paths: ["tls.key", "tls.certificate"],
    find: ({ tls }) =>
      tls.key !== undefined && tls.certificate === undefined
        ? "tls.key is set without tls.certificate"
        : undefined,
    hint: "Give both, or neither.",
  },
  {
    paths: ["proxy.protocol", "proxy.trusted"],
    find: ({ proxy }) =>
      proxy.protocol && proxy.trusted.length === 0
        ? "proxy.protocol is set, but nobody's PROXY headers are trusted"
        : undefined,
    hint: "Give the proxies' addresses or networks in proxy.trusted.",
  },
  {
    paths: ["drain.windowMs", "drain.graceMs"],
    find: ({ drain }) =>
      drain.windowMs < drain.graceMs
        ? undefined
        : `drain.windowMs, ${drain.windowMs}, is not less than drain.graceMs, ${drain.graceMs}`,
    hint: "What follows the last close needs time, too: give a shorter window, or more grace.",
  },
  {
    paths: ["metrics.port", "port"],
    find: ({ metrics, port }) =>
      metrics.enabled && metrics.port !== 0 && metrics.port === port
        ? `metrics.port is the app's own port, ${port}`
        : undefined,
    hint: "Give another, or 0 for metrics on the app's own port.",
  },
  {
    paths: ["traces.sampler.parameter", "traces.sampler.type"],
    find: ({ traces: { sampler } }) =>
      samplerParameters[sampler.type](sampler.parameter)
        ? undefined
        : `traces.sampler.parameter cannot be ${sampler.parameter} with the type ${sampler.type}`,
    hint: "Give 0 or 1 for const, 0 to 1 for probabilistic, and more than 0 traces a second for ratelimiting.",
  },
  {
    paths: ["kubernetes.service.nodePort", "kubernetes.service.type"],
    find: ({ kubernetes: { service } }) =>
      service.nodePort !== undefined && service.type !== "NodePort"
        ? `kubernetes.service.nodePort is set, but the type is ${service.type}`
        : undefined,
    hint: "Give the type NodePort, or leave the port out.",
  },
];
