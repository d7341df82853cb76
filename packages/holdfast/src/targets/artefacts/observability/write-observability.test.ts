import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { metricTypes } from "../../../../test/support/metrics-text.ts";
import { ManualClock } from "../../../base/clock.ts";
import { defaultServerConfiguration, type ServerConfiguration } from "../../../model/server-configuration.ts";
import { createMetrics } from "../../../telemetry/metrics/metrics.ts";
import { writeObservability } from "./write-observability.ts";

const app = { app: { name: "chat" }, secrets: [] };
const configuration: ServerConfiguration = {
  ...defaultServerConfiguration,
  stateDir: "/state",
  docker: { ...defaultServerConfiguration.docker, registry: "registry.example.com", tag: "1.2" },
};

function textOf(path: string, change: Partial<ServerConfiguration> = {}): string {
  const found = writeObservability(app, { ...configuration, ...change }).find((file) => file.path === path);
  return String(found?.content);
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const rulesOf = (change: Partial<ServerConfiguration> = {}) =>
  (parse(textOf("prometheus/alerts.yml", change)) as Rules).groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

const panelsOf = () =>
  (JSON.parse(textOf("grafana/dashboards/holdfast.json")) as { panels: readonly Panel[] }).panels;

describe("the files of observability", () => {
  it("are the same for the same app and configuration", () => {
    expect(writeObservability(app, configuration)).toEqual(
      writeObservability(app, structuredClone(configuration)),
    );
    expect(writeObservability(app, configuration).map(({ path }) => path)).toEqual([
      "compose.yaml",
      "prometheus/prometheus.yml",
      "prometheus/alerts.yml",
      "grafana/provisioning/datasources/prometheus.yml",
      "grafana/provisioning/dashboards/holdfast.yml",
      "grafana/dashboards/holdfast.json",
      "filebeat/filebeat.yml",
      "logstash/pipeline/logstash.conf",
    ]);
  });

  it("ask for no metric that an app does not have, and for each of its own", async () => {
    const text = await (await createMetrics({ clock: new ManualClock() })).read();
    const series = new Map(
      Array.from(metricTypes(text)).flatMap(([name, type]) =>
        (type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]).map(
          (end) => [name + end, name] as const,
        ),
      ),
    );
    const queries = [
      ...rulesOf().map(({ expr }) => expr),
      ...panelsOf().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ];
    const asked = queries.flatMap((expr) => expr.match(/\b(?:holdfast|http|nodejs|process)_\w+/g) ?? []);
    expect(asked.filter((name) => !series.has(name))).toEqual([]);
    const unused = [...metricTypes(text).keys()].filter(
      (name) => /^(?:holdfast|http)_/.test(name) && !asked.some((one) => series.get(one) === name),
    );
    // What AWS counts is in other panels under Holdfast's own names, in more detail.
    expect(unused.toSorted()).toEqual(["holdfast_connect_count_total", "holdfast_message_count_total"]);
  });
});

describe("prometheus.yml", () => {
  it("reads the app's metrics on a port of their own, whatever the port elsewhere", () => {
    const targets = (metrics: ServerConfiguration["metrics"]) =>
      (parse(textOf("prometheus/prometheus.yml", { metrics })) as { scrape_configs: unknown }).scrape_configs;
    const off = defaultServerConfiguration.metrics;
    const at = (port: number) => [{ job_name: "chat", static_configs: [{ targets: [`app:${port}`] }] }];
    expect(targets(off)).toEqual(at(9797));
    expect(targets({ ...off, enabled: true, port: 0 })).toEqual(at(9797));
    expect(targets({ ...off, enabled: true, port: 9100 })).toEqual(at(9100));
  });
});

describe("alerts.yml", () => {
  it("knows how many connections there may be, and has no such rule where there is no limit", () => {
    const near = (connections: number) =>
      rulesOf({ limits: { ...configuration.limits, connections } }).find(
        ({ alert }) => alert === "HoldfastNearConnectionLimit",
      )?.expr;
    expect(near(500)).toBe('sum(holdfast_connections_open{job="chat"}) > 0.9 * 500');
    expect(near(0)).toBeUndefined();
  });
});

describe("the dashboard", () => {
  it("has panels that are told apart and do not overlap", () => {
    const panels = panelsOf();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    for (const { targets = [] } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it("takes the data source that is chosen", () => {
    const text = textOf("grafana/dashboards/holdfast.json");
    const sources = Array.from(text.matchAll(/"datasource": \{[^}]*"uid": "(.*?)"/g), ([, uid]) => uid);
    expect(new Set(sources)).toEqual(new Set(["${datasource}"]));
    expect(sources.length).toBeGreaterThan(30);
  });
});

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image: string;
        readonly environment?: readonly string[];
        readonly ports?: readonly string[];
        readonly volumes?: readonly string[];
        readonly depends_on?: object;
      }
    >
  >;
  readonly volumes: object;
}

const composeOf = (change: Partial<ServerConfiguration> = {}) =>
  parse(textOf("compose.yaml", change)) as Compose;

describe("compose.yaml", () => {
  it("runs the app's image beside the programs, each at a version, and shows these to nobody else", () => {
    const { services } = composeOf();
    const names = "app prometheus grafana jaeger elasticsearch kibana logstash filebeat";
    expect(Object.keys(services).join(" ")).toBe(names);
    expect(services.app?.image).toBe("registry.example.com/chat:1.2");
    const { app: _, ...others } = services;
    expect(Object.values(others).every(({ image }) => /:v?\d+\.\d+\.\d+$/.test(image))).toBe(true);
    const ports = Object.values(others).flatMap(({ ports = [] }) => ports);
    expect(ports.every((port) => port.startsWith("127.0.0.1:"))).toBe(true);
  });

  it("takes no port of this machine twice, whichever one the app has", () => {
    for (const port of [9090, 3000, 8080]) {
      const { services } = composeOf({
        port,
        metrics: { ...configuration.metrics, enabled: true, port: 9797 },
      });
      const taken = Object.values(services).flatMap(({ ports = [] }) =>
        ports.map((one) => one.split(":").at(-2)),
      );
      expect(new Set(taken).size).toBe(taken.length);
    }
  });

  it("mounts only what it declares or what is written beside it", () => {
    const { services, volumes } = composeOf();
    const paths = writeObservability(app, configuration).map(({ path }) => path);
    const sources = Object.values(services).flatMap(({ volumes: mounted = [] }) =>
      mounted.map((one) => one.split(":", 1)[0] ?? ""),
    );
    const known = (source: string): boolean =>
      source.startsWith("/var/") ||
      Object.hasOwn(volumes, source) ||
      paths.some((path) => `./${path}` === source || `./${path}`.startsWith(`${source}/`));
    expect(sources.filter((source) => !known(source))).toEqual([]);
    const needed = Object.values(services).flatMap(({ depends_on: on = {} }) =>
      Array.isArray(on) ? on.map(String) : Object.keys(on),
    );
    expect(needed.filter((name) => !Object.hasOwn(services, name))).toEqual([]);
  });

  it("gives the app what it has in its own compose file: secrets, files of the operator's, and its state", () => {
    const files = { certificate: "/etc/tls.crt", key: "/etc/tls.key" };
    const text = String(
      writeObservability({ ...app, secrets: [{ name: "PARTNER_KEY" }] }, { ...configuration, tls: files })[0]
        ?.content,
    );
    const service = (parse(text) as Compose).services.app;
    expect(service?.environment).toContain("PARTNER_KEY");
    expect(service?.environment).toContain("HOLDFAST_METRICS_ENABLED=true");
    expect(service?.volumes?.map((one) => one.split(":", 1)[0])).toEqual([
      "state",
      "/etc/tls.crt",
      "/etc/tls.key",
    ]);
  });

  it("sends traces where the image has what it takes, and says what to do where it has not", () => {
    const traces = { ...configuration.traces, enabled: true };
    const endpoint = "HOLDFAST_TRACES_ENDPOINT=http://jaeger:4318/v1/traces";
    expect(composeOf({ traces }).services.app?.environment).toContain(endpoint);
    expect(composeOf().services.app?.environment).not.toContain(endpoint);
    expect(textOf("compose.yaml")).toContain("# Jaeger stays empty: set traces.enabled");
    expect(textOf("compose.yaml", { traces })).not.toContain("Jaeger stays empty");
  });
});

describe("what ships the log", () => {
  it("takes the app's lines only, as the objects that they are", () => {
    const text = textOf("filebeat/filebeat.yml");
    expect(text).toContain("docker.container.labels.holdfast_app: chat");
    expect(textOf("compose.yaml")).toContain("holdfast_app: chat");
    expect(text).toContain("ndjson");
  });

  it("is a pipeline whose braces close", () => {
    const text = textOf("logstash/pipeline/logstash.conf");
    expect(text.split("{").length).toBe(text.split("}").length);
    expect(text).toMatch(/^input \{[^]*^filter \{[^]*^output \{/m);
  });
});
