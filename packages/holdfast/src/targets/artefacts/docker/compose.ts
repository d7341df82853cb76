import { stringify } from "yaml";
import type { AppModel } from "../../../model/app-model.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";
import { containerTls } from "../container/container-configuration.ts";
import { containerPaths, toObjectName, type ContainerPlan } from "../container/container-plan.ts";
import { healthCommand } from "./dockerfile.ts";

/** A compose file that builds the image and runs it. */
export function writeCompose(
  model: AppModel,
  configuration: ServerConfiguration,
  container: ContainerPlan,
): string {
  const service = { build: ".", ...createService(model, configuration, container) };
  const name = toObjectName(model.app.name);
  return stringify(
    { services: { [name]: service }, volumes: { state: {} } },
    {
      lineWidth: 0,
      // Some readers of YAML take 22:22 for a number.
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
    },
  );
}

/** How Compose runs the image, locked up as far as it goes. Its state is on a volume that is called `state`. */
export function createService(
  model: Pick<AppModel, "secrets">,
  { tls, management, traces }: ServerConfiguration,
  container: ContainerPlan,
) {
  const files = {
    ...(tls.certificate !== undefined && { certificate: tls.certificate }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(management.credentials !== undefined && { credentials: management.credentials }),
  };
  const environment = [
    ...model.secrets.map(({ name }) => name),
    ...(Object.keys(traces.headers).length > 0 ? ["HOLDFAST_TRACES_HEADERS"] : []),
  ];
  return {
    image: container.image,
    // Functions may leave processes behind, which the first one has to reap.
    init: true,
    restart: "unless-stopped",
    read_only: true,
    tmpfs: ["/tmp"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    stop_grace_period: `${container.stopSeconds}s`,
    ports: [
      `${container.port}:${container.port}`,
      // For this machine: metrics are nobody else's affair.
      ...(container.metricsPort === undefined
        ? []
        : [`127.0.0.1:${container.metricsPort}:${container.metricsPort}`]),
    ],
    volumes: [
      `state:${containerPaths.state}`,
      ...Object.entries(files).map(([name, file]) => `${file}:${targets[name as keyof typeof targets]}:ro`),
    ],
    // Without a value: that of the shell, or of a file .env beside this one.
    ...(environment.length > 0 && { environment }),
    healthcheck: {
      test: ["CMD", ...healthCommand({ container, tls: tls.certificate !== undefined })],
      interval: "10s",
      timeout: "5s",
      start_period: "30s",
      retries: 3,
    },
  };
}

const targets = {
  certificate: containerTls.certificate,
  key: containerTls.key,
  credentials: containerPaths.credentials,
} as const;
