import type { HttpHandler } from "./http-answer.ts";
import { splitTarget } from "./request-target.ts";
import { latencyBucketsMs, type CountName, type GatewayMetrics, type MetricSeries } from "./metrics.ts";

export const metricsPath = "/metrics";

/** Answers `GET /metrics` in Prometheus's text format, and hands everything else on. */
export function createMetricsPage(metrics: GatewayMetrics, next: HttpHandler): HttpHandler {
  return (request, response) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || splitTarget(request.url)?.path !== metricsPath) {
      next(request, response);
      return;
    }
    const body = formatMetrics(metrics);
    response.writeHead(200, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };
}

/** Prometheus's text exposition format, version 0.0.4. */
export function formatMetrics(metrics: GatewayMetrics): string {
  const all = [...metrics.series()];
  const lines = [
    ...(Object.keys(counters) as CountName[]).flatMap((name) => {
      const { metric, help } = counters[name];
      return [
        ...head(metric, "counter", `${help} AWS: ${name}.`),
        ...all.map((series) => `${metric}${labels(series)} ${series.counts[name]}`),
      ];
    }),
    ...head(
      latencyMetric,
      "histogram",
      "Time from an integration's start to its answer. AWS: IntegrationLatency.",
    ),
    ...all.filter(({ latency }) => latency.count > 0).flatMap(latencyLines),
  ];
  return `${lines.join("\n")}\n`;
}

const counters: Readonly<Record<CountName, { readonly metric: string; readonly help: string }>> = {
  ConnectCount: { metric: "holdfast_connect_count_total", help: "Handshakes that ran $connect." },
  MessageCount: { metric: "holdfast_message_count_total", help: "Messages from and to clients." },
  IntegrationError: {
    metric: "holdfast_integration_error_total",
    help: "Integrations that answered with 4xx.",
  },
  ClientError: {
    metric: "holdfast_client_error_total",
    help: "Requests turned away before any integration ran.",
  },
  ExecutionError: {
    metric: "holdfast_execution_error_total",
    help: "Integrations that failed, gave no usable answer in time, or answered with 5xx.",
  },
};

const latencyMetric = "holdfast_integration_latency_seconds";

function head(metric: string, type: "counter" | "histogram", help: string): string[] {
  return [`# HELP ${metric} ${help}`, `# TYPE ${metric} ${type}`];
}

function latencyLines(series: MetricSeries): string[] {
  const { buckets, count, sumMs } = series.latency;
  let upTo = 0;
  return [
    ...latencyBucketsMs.map((boundMs, place) => {
      upTo += buckets[place] ?? 0;
      return `${latencyMetric}_bucket${labels(series, String(boundMs / 1000))} ${upTo}`;
    }),
    `${latencyMetric}_bucket${labels(series, "+Inf")} ${count}`,
    `${latencyMetric}_sum${labels(series)} ${sumMs / 1000}`,
    `${latencyMetric}_count${labels(series)} ${count}`,
  ];
}

function labels({ apiId, stage, route }: MetricSeries, upperBound?: string): string {
  const pairs = [
    ["api_id", apiId],
    ["stage", stage],
    ...(route === undefined ? [] : [["route", route]]),
    ...(upperBound === undefined ? [] : [["le", upperBound]]),
  ];
  return `{${pairs.map(([name, value = ""]) => `${name}="${escape(value)}"`).join(",")}}`;
}

function escape(value: string): string {
  return value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
}
