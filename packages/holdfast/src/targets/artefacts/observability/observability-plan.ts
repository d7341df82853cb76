import type { AppModel } from "../../../model/app-model.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../../model/server-configuration.ts";
import { planContainer } from "../container/container-plan.ts";
import { createService } from "../docker/compose.ts";

/** What the files of an app's observability share. */
export interface ObservabilityPlan {
  /** The app's, and the job's in Prometheus. */
  readonly name: string;
  /** How Compose runs its container. */
  readonly service: ReturnType<typeof createService>;
  /** Metrics are on a port of their own here whatever the app does elsewhere: the app's port may ask for its own host. */
  readonly metricsPort: number;
  /** Whether the image has what sends traces. */
  readonly hasTraces: boolean;
  /** 0 for no limit. */
  readonly maximumConnections: number;
}

export function planObservability(
  model: Pick<AppModel, "app" | "secrets">,
  configuration: ServerConfiguration,
): ObservabilityPlan {
  const container = planContainer(model, configuration);
  return {
    name: model.app.name,
    service: createService(model, configuration, container),
    metricsPort: container.metricsPort ?? defaultServerConfiguration.metrics.port,
    hasTraces: configuration.traces.enabled,
    maximumConnections: configuration.limits.connections,
  };
}

/** A condition on labels, as PromQL has it. */
export function selector(plan: ObservabilityPlan, more = ""): string {
  return `{job=${JSON.stringify(plan.name)}${more === "" ? "" : `,${more}`}}`;
}
