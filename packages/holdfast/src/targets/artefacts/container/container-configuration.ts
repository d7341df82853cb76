import { stringify } from "yaml";
import { defaultServerConfiguration, type ServerConfiguration } from "../../../model/server-configuration.ts";
import { containerPaths, type ContainerPlan } from "./container-plan.ts";

/**
 * The `holdfast.yaml` of a container: what the operator configured and is not the default, with the paths of the
 * container. Headers of traces are left out, since they hold keys; they come from the environment.
 */
export function writeContainerConfiguration(
  { port }: ContainerPlan,
  configuration: ServerConfiguration,
  { publicUrl = configuration.publicUrl }: { readonly publicUrl?: string | undefined } = {},
): string {
  const {
    docker: _docker,
    kubernetes: _kubernetes,
    tls,
    management,
    stateDir: _stateDir,
    ...rest
  } = configuration;
  const { headers: _headers, ...traces } = rest.traces;
  const told = {
    ...rest,
    ...(publicUrl !== undefined && { publicUrl }),
    traces,
    // Whoever asks is in another container.
    host: defaultServerConfiguration.host,
    metrics: { ...rest.metrics, host: defaultServerConfiguration.metrics.host },
    port,
    stateDir: containerPaths.state,
    ...(tls.certificate !== undefined && { tls: containerTls }),
    ...(management.credentials !== undefined && { management: { credentials: containerPaths.credentials } }),
  };
  const changed = differences(told, defaultServerConfiguration);
  return stringify(changed, { lineWidth: 0 });
}

/** Where a container finds a certificate that it is given. */
export const containerTls = {
  certificate: "/run/secrets/holdfast-tls/tls.crt",
  key: "/run/secrets/holdfast-tls/tls.key",
} as const;

function differences(value: object, usual: object): Record<string, unknown> {
  const others = new Map<string, unknown>(Object.entries(usual));
  const changed = Object.entries(value).flatMap(([name, one]: [string, unknown]): [string, unknown][] => {
    const other = others.get(name);
    if (!isSection(one) || !isSection(other))
      return one === undefined || JSON.stringify(one) === JSON.stringify(other) ? [] : [[name, one]];
    const section = differences(one, other);
    return Object.keys(section).length === 0 ? [] : [[name, section]];
  });
  return Object.fromEntries(changed);
}

function isSection(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
