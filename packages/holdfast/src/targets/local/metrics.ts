import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { StopperStack } from "../../base/stopper.ts";
import type { OpenPort } from "../../ports/open-port.ts";
import type { HttpHandler } from "../../gateway/http-answer.ts";
import { createMetrics, type Metrics } from "../../telemetry/metrics/metrics.ts";
import { startMetricsServer } from "../../telemetry/metrics/metrics-server.ts";

/** Where metrics are shown: `true` for the app's own port, at `/metrics` and before its routes. Port 0 is any free one. */
export type MetricsPlace = boolean | { readonly host: string; readonly port: number };

/** What counts while an app runs. */
export interface LocalMetrics {
  readonly metrics: Metrics;
  /** Of a port of their own; absent where they are shown at the app's. */
  readonly url?: string;
}

export interface LocalMetricsOptions {
  readonly metrics?: MetricsPlace;
  /** Brings a port that somebody else opened. */
  readonly open?: OpenPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** Undefined where nobody asks for metrics. Rejects with `ADDRESS_IN_USE` and its like. */
export async function openMetrics(
  { metrics: place = false, open, clock, log }: LocalMetricsOptions,
  opened: StopperStack,
): Promise<LocalMetrics | undefined> {
  if (place === false) return undefined;
  const metrics = await createMetrics({ clock });
  if (place === true) return { metrics };
  const server = await startMetricsServer({ ...place, metrics, log, ...(open && { open }) });
  opened.push(() => server.close());
  const host = ["0.0.0.0", "::"].includes(server.host) ? "localhost" : server.host;
  return { metrics, url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}/metrics` };
}

/** A handler whose answers count as those of a route, or of something of Holdfast's own. */
export function routed(meters: LocalMetrics | undefined, route: string, handler: HttpHandler): HttpHandler {
  if (meters === undefined) return handler;
  return (request, response) => {
    meters.metrics.http.routed(response, route);
    handler(request, response);
  };
}

type Taker = (...arguments_: Parameters<HttpHandler>) => boolean;

/** The same for one that tells whether a request was for it. */
export function routedIfTaken(meters: LocalMetrics | undefined, route: string, take: Taker): Taker {
  if (meters === undefined) return take;
  return (request, response) => {
    const isTaken = take(request, response);
    if (isTaken) meters.metrics.http.routed(response, route);
    return isTaken;
  };
}
