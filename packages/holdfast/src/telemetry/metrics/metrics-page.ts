import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "./metrics.ts";

const metricsPath = "/metrics";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers `GET /metrics` in Prometheus's text format, and hands everything else on. */
export function createMetricsPage(metrics: Metrics, next: Handler): Handler {
  return (request, response) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pathOf(request) === metricsPath) void answer(metrics, response);
    else next(request, response);
  };
}

async function answer(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const body = await metrics.read();
    response.writeHead(200, {
      "content-type": metrics.contentType,
      "cache-control": "no-store",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  } catch {
    // Prometheus notes that the app is down, which is what operators look at.
    response.writeHead(500, { "content-length": 0 });
    response.end();
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}
