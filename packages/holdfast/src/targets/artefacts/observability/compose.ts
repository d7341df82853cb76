import { logLabel } from "./log-shipping.ts";
import type { ObservabilityPlan } from "./observability-plan.ts";

/** Each at a version, so that the same files run the same programs. */
const images = {
  prometheus: "prom/prometheus:v3.5.0",
  grafana: "grafana/grafana:12.1.1",
  jaeger: "jaegertracing/jaeger:2.14.0",
  elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:9.1.3",
  kibana: "docker.elastic.co/kibana/kibana:9.1.3",
  logstash: "docker.elastic.co/logstash/logstash:9.1.3",
  filebeat: "docker.elastic.co/beats/filebeat:9.1.3",
} as const;

export function createCompose(plan: ObservabilityPlan): object {
  const publish = portsBeside(plan.service.ports);
  return {
    services: {
      app: createApp(plan),
      ...metricsServices(publish),
      jaeger: jaeger(publish),
      ...logServices(publish),
    },
    volumes: { state: {}, "prometheus-data": {}, "grafana-data": {}, "elasticsearch-data": {} },
  };
}

/** Whatever the app's own configuration says of metrics and logs: here somebody listens. */
function createApp({ name, service, metricsPort, hasTraces }: ObservabilityPlan): object {
  const { environment = [], ...rest } = service;
  return {
    ...rest,
    environment: [
      ...environment,
      "HOLDFAST_METRICS_ENABLED=true",
      `HOLDFAST_METRICS_PORT=${metricsPort}`,
      "HOLDFAST_LOGS_FORMAT=ecs",
      "HOLDFAST_LOGS_ACCESS_ENABLED=true",
      ...(hasTraces ? ["HOLDFAST_TRACES_ENDPOINT=http://jaeger:4318/v1/traces"] : []),
    ],
    labels: { [logLabel]: name },
  };
}

/** This machine's port for one of a service's, for this machine alone: the same, unless the app has it; then the next one. */
type Publish = (port: number) => string;

function portsBeside(appPorts: readonly string[]): Publish {
  const taken = new Set(appPorts.map((mapping) => Number(mapping.split(":").at(-2))));
  return (port) => {
    let free = port;
    while (taken.has(free)) free += 1;
    taken.add(free);
    return `127.0.0.1:${free}:${port}`;
  };
}

const metricsServices = (publish: Publish): object => ({
  prometheus: {
    image: images.prometheus,
    command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=15d"],
    ports: [publish(9090)],
    volumes: ["./prometheus:/etc/prometheus:ro", "prometheus-data:/prometheus"],
    restart: "unless-stopped",
  },
  grafana: {
    image: images.grafana,
    environment: {
      GF_AUTH_ANONYMOUS_ENABLED: "true",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: "/var/lib/grafana/dashboards/holdfast.json",
    },
    ports: [publish(3000)],
    volumes: [
      "./grafana/provisioning:/etc/grafana/provisioning:ro",
      "./grafana/dashboards:/var/lib/grafana/dashboards:ro",
      "grafana-data:/var/lib/grafana",
    ],
    depends_on: ["prometheus"],
    restart: "unless-stopped",
  },
});

const jaeger = (publish: Publish): object => ({
  image: images.jaeger,
  environment: { JAEGER_LISTEN_HOST: "0.0.0.0" },
  ports: [publish(16686)],
  restart: "unless-stopped",
});

const logServices = (publish: Publish): object => ({
  elasticsearch: {
    image: images.elasticsearch,
    environment: {
      "discovery.type": "single-node",
      "xpack.security.enabled": "false",
      ES_JAVA_OPTS: "-Xms512m -Xmx512m",
    },
    ports: [publish(9200)],
    volumes: ["elasticsearch-data:/usr/share/elasticsearch/data"],
    healthcheck: {
      test: ["CMD-SHELL", "curl --silent --fail http://localhost:9200/_cluster/health"],
      interval: "10s",
      timeout: "5s",
      retries: 30,
    },
    restart: "unless-stopped",
  },
  kibana: {
    image: images.kibana,
    environment: { ELASTICSEARCH_HOSTS: "http://elasticsearch:9200" },
    ports: [publish(5601)],
    depends_on: { elasticsearch: { condition: "service_healthy" } },
    restart: "unless-stopped",
  },
  logstash: {
    image: images.logstash,
    environment: { "xpack.monitoring.enabled": "false", LS_JAVA_OPTS: "-Xms256m -Xmx256m" },
    volumes: ["./logstash/pipeline:/usr/share/logstash/pipeline:ro"],
    depends_on: { elasticsearch: { condition: "service_healthy" } },
    restart: "unless-stopped",
  },
  filebeat: {
    image: images.filebeat,
    // Docker's own files are root's.
    user: "root",
    command: ["filebeat", "-e", "--strict.perms=false"],
    volumes: [
      "./filebeat/filebeat.yml:/usr/share/filebeat/filebeat.yml:ro",
      "/var/lib/docker/containers:/var/lib/docker/containers:ro",
      "/var/run/docker.sock:/var/run/docker.sock:ro",
    ],
    depends_on: ["logstash"],
    restart: "unless-stopped",
  },
});
