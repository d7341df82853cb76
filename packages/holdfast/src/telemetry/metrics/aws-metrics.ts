import type { Exchange } from "../../ports/gateway-observer.ts";
import type { CounterFamily, Families, HistogramFamily, Labels } from "./families.ts";

/**
 * API Gateway's metrics of WebSocket APIs. Each count is kept once, under as many of its dimensions as it has: what AWS
 * shows for a stage, or an API, is the sum over its routes and of what has no route.
 */
export class AwsMetrics {
  readonly #counters: Readonly<Record<CountName, CounterFamily>>;
  readonly #latency: HistogramFamily;

  constructor(families: Families) {
    const counter = (name: CountName, metric: string, help: string): CounterFamily =>
      families.counter({ name: metric, help: `${help} AWS: ${name}.`, labels });
    this.#counters = {
      ConnectCount: counter("ConnectCount", "holdfast_connect_count_total", "Handshakes that ran $connect."),
      MessageCount: counter("MessageCount", "holdfast_message_count_total", "Messages from and to clients."),
      IntegrationError: counter(
        "IntegrationError",
        "holdfast_integration_error_total",
        "Integrations that answered with 4xx.",
      ),
      ClientError: counter(
        "ClientError",
        "holdfast_client_error_total",
        "Requests turned away before any integration ran.",
      ),
      ExecutionError: counter(
        "ExecutionError",
        "holdfast_execution_error_total",
        "Integrations that failed, gave no usable answer in time, or answered with 5xx.",
      ),
    };
    this.#latency = families.histogram({
      name: "holdfast_integration_latency_seconds",
      help: "Time from an integration's start to its answer. AWS: IntegrationLatency.",
      labels,
    });
  }

  handled({ eventType, integrationLatencyMs, failure }: Exchange, series: Labels): void {
    // Calls of the management API are no messages; what they send is counted when it is sent.
    if (eventType === "CONNECTION_API") return;
    const isRun = integrationLatencyMs !== undefined;
    // What is sent to the integration of $connect (documented), and it is a message, too (an emulator with captures).
    if (eventType === "CONNECT" && isRun) this.#counters.ConnectCount.add(series);
    // That the end of a connection is none is chosen.
    if (eventType === "MESSAGE" || (eventType === "CONNECT" && isRun))
      this.#counters.MessageCount.add(series);
    if (failure !== undefined) this.#counters[countOfFault[failure.fault]].add(series);
    // A message that a check turned away never came to the integration.
    if (isRun && failure?.fault !== "client") this.#latency.observe(series, integrationLatencyMs / 1000);
  }

  /** To clients, without a route: which one a frame belongs to is not known. */
  sent(count: number, series: Labels): void {
    this.#counters.MessageCount.add(series, count);
  }
}

/** AWS's names. */
type CountName = "ConnectCount" | "MessageCount" | "IntegrationError" | "ClientError" | "ExecutionError";

const labels = ["api_id", "stage", "route"];

const countOfFault = {
  client: "ClientError",
  integration: "IntegrationError",
  execution: "ExecutionError",
} as const;
