import type { ConnectionFacts } from "../model/gateway-event.ts";
import type { Exchange, GatewayObserver } from "./observer.ts";

/**
 * API Gateway's metrics of WebSocket APIs, counted. Each count is kept once, under as many of its dimensions as it has:
 * what AWS shows for a stage, or an API, is the sum over its routes and of what has no route.
 */
export class GatewayMetrics implements GatewayObserver {
  readonly #series: MetricSeries[] = [];
  /** By API, stage and route. Each frame looks here, so that no key is made of the three. */
  readonly #byApi = new Map<string, Map<string, Map<string | undefined, MetricSeries>>>();

  /** In the order of their coming. */
  series(): Iterable<MetricSeries> {
    return this.#series;
  }

  handled(exchange: Exchange): void {
    const { eventType, connection, routeKey, integrationLatencyMs, failure } = exchange;
    // Calls of the management API are no messages; what they send is counted when it is sent.
    if (eventType === "CONNECTION_API") return;
    const series = this.#find(connection, routeKey);
    const isRun = integrationLatencyMs !== undefined;
    // What is sent to the integration of $connect (documented), and it is a message, too (an emulator with captures).
    if (eventType === "CONNECT" && isRun) series.counts.ConnectCount += 1;
    // That the end of a connection is none is chosen.
    if (eventType === "MESSAGE" || (eventType === "CONNECT" && isRun)) series.counts.MessageCount += 1;
    if (failure !== undefined) series.counts[countOfFault[failure.fault]] += 1;
    // A message that a check turned away never came to the integration.
    if (isRun && failure?.fault !== "client") addLatency(series.latency, integrationLatencyMs);
  }

  /** Without a route: which one a frame to a client belongs to is not known. */
  sent(connection: ConnectionFacts): void {
    this.#find(connection, undefined).counts.MessageCount += 1;
  }

  #find({ apiId, stage }: Exchange["connection"], route: string | undefined): MetricSeries {
    const known = this.#byApi.get(apiId)?.get(stage)?.get(route);
    return known ?? this.#add(apiId, stage, route);
  }

  #add(apiId: string, stage: string, route: string | undefined): MetricSeries {
    const made: MetricSeries = {
      apiId,
      stage,
      ...(route !== undefined && { route }),
      counts: { ConnectCount: 0, MessageCount: 0, IntegrationError: 0, ClientError: 0, ExecutionError: 0 },
      latency: { buckets: latencyBucketsMs.map(() => 0), count: 0, sumMs: 0 },
    };
    this.#series.push(made);
    const byStage = this.#byApi.get(apiId) ?? new Map<string, Map<string | undefined, MetricSeries>>();
    this.#byApi.set(apiId, byStage);
    byStage.set(stage, (byStage.get(stage) ?? new Map<string | undefined, MetricSeries>()).set(route, made));
    return made;
  }
}

export interface MetricSeries {
  readonly apiId: string;
  readonly stage: string;
  /** Absent for what has none, such as a message that no route takes. */
  readonly route?: string;
  readonly counts: Record<CountName, number>;
  readonly latency: Latency;
}

/** AWS's names. */
export type CountName =
  | "ConnectCount"
  | "MessageCount"
  | "IntegrationError"
  | "ClientError"
  | "ExecutionError";

/** IntegrationLatency. */
export interface Latency {
  /** How many were at most as long as the bound of the same place in `latencyBucketsMs`, and longer than the one before. */
  readonly buckets: number[];
  count: number;
  sumMs: number;
}

export const latencyBucketsMs: readonly number[] = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 29_000,
];

const countOfFault = {
  client: "ClientError",
  integration: "IntegrationError",
  execution: "ExecutionError",
} as const;

function addLatency(latency: Latency, ms: number): void {
  latency.count += 1;
  latency.sumMs += ms;
  const place = latencyBucketsMs.findIndex((bound) => ms <= bound);
  if (place >= 0) latency.buckets[place] = (latency.buckets[place] ?? 0) + 1;
}
