import { stringify } from "yaml";
import type { AppModel } from "../../../model/app-model.ts";
import type { ServerConfiguration } from "../../../model/server-configuration.ts";
import type { ArtefactFile } from "../artefact.ts";
import { createAlerts } from "./alerts.ts";
import { createCompose } from "./compose.ts";
import { createDashboard } from "./dashboard.ts";
import { createFilebeat, createPipeline } from "./log-shipping.ts";
import { planObservability } from "./observability-plan.ts";
import { createPrometheus } from "./prometheus.ts";

/**
 * What watches over an app: Prometheus with its alert rules, a Grafana dashboard, Filebeat and Logstash for its log, and a
 * compose file that runs all of it, with Jaeger, Elasticsearch, Kibana and the app. Deterministic.
 */
export function writeObservability(
  model: Pick<AppModel, "app" | "secrets">,
  configuration: ServerConfiguration,
): readonly ArtefactFile[] {
  const plan = planObservability(model, configuration);
  return [
    yaml("compose.yaml", createCompose(plan), [
      `Runs ${plan.name} and what watches over it. The image of the app is what holdfast build --target docker is for.`,
      "Whatever is not the app listens on this machine only: nothing here asks for a password.",
      ...(plan.hasTraces
        ? []
        : ["Jaeger stays empty: set traces.enabled in holdfast.yaml, and build the image and this again."]),
    ]),
    yaml("prometheus/prometheus.yml", createPrometheus(plan)),
    yaml("prometheus/alerts.yml", createAlerts(plan)),
    yaml("grafana/provisioning/datasources/prometheus.yml", dataSources),
    yaml("grafana/provisioning/dashboards/holdfast.yml", dashboards),
    {
      path: "grafana/dashboards/holdfast.json",
      content: `${JSON.stringify(createDashboard(plan), null, 2)}\n`,
    },
    yaml("filebeat/filebeat.yml", createFilebeat(plan)),
    { path: "logstash/pipeline/logstash.conf", content: createPipeline() },
  ];
}

const dataSources = {
  apiVersion: 1,
  datasources: [
    {
      name: "Prometheus",
      uid: "prometheus",
      type: "prometheus",
      access: "proxy",
      url: "http://prometheus:9090",
      isDefault: true,
    },
    { name: "Jaeger", uid: "jaeger", type: "jaeger", access: "proxy", url: "http://jaeger:16686" },
  ],
};

const dashboards = {
  apiVersion: 1,
  providers: [
    {
      name: "holdfast",
      type: "file",
      allowUiUpdates: false,
      options: { path: "/var/lib/grafana/dashboards" },
    },
  ],
};

function yaml(path: string, value: object, comments: readonly string[] = []): ArtefactFile {
  const head = comments.map((line) => `# ${line}\n`).join("");
  return { path, content: head + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }) };
}
