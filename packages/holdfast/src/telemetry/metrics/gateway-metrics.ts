import type { ConnectionFacts } from "../../model/gateway-event.ts";
import type { Exchange, GatewayObserver } from "../../ports/gateway-observer.ts";
import { AwsMetrics } from "./aws-metrics.ts";
import { closeCodeLabel } from "./label-values.ts";
import type { CounterFamily, Families, Labels } from "./families.ts";

/** One deployed API, as labels tell it. */
export interface ObservedApi {
  readonly name: string;
  readonly apiId: string;
  readonly stage: string;
}

/** What WebSocket APIs did. */
export class GatewayMetrics {
  readonly #counters: GatewayCounters;
  readonly #apis = new Map<string, ApiMetrics>();

  constructor(families: Families) {
    const counter = (name: string, help: string, ...more: readonly string[]): CounterFamily =>
      families.counter({ name, help, labels: ["api", "stage", ...more] });
    this.#counters = {
      aws: new AwsMetrics(families),
      opened: counter("holdfast_connections_opened_total", "Connections that came to be."),
      closed: counter(
        "holdfast_connections_closed_total",
        "Connections that ended, by close code; 1006 is an end without one.",
        "code",
      ),
      messagesReceived: counter("holdfast_messages_received_total", "Messages from clients."),
      messagesSent: counter(
        "holdfast_messages_sent_total",
        "Messages to clients: replies, what handlers send, and what the gateway says.",
      ),
      bytesReceived: counter(
        "holdfast_received_bytes_total",
        "Bytes of messages from clients, without their frames.",
      ),
      bytesSent: counter("holdfast_sent_bytes_total", "Bytes of messages to clients, with their frames."),
      slowConsumers: counter(
        "holdfast_slow_consumers_total",
        "Connections that were dropped because their clients did not read.",
      ),
    };
  }

  /** What counts for one API. The same after the API was away as before. */
  observe(api: ObservedApi): GatewayObserver {
    const key = `${api.apiId} ${api.stage}`;
    const known = this.#apis.get(key);
    if (known !== undefined) return known;
    const made = new ApiMetrics(this.#counters, api);
    this.#apis.set(key, made);
    return made;
  }

  /** Before each reading. */
  flush(): void {
    for (const api of this.#apis.values()) api.flush();
  }
}

interface GatewayCounters {
  readonly aws: AwsMetrics;
  readonly opened: CounterFamily;
  readonly closed: CounterFamily;
  readonly messagesReceived: CounterFamily;
  readonly messagesSent: CounterFamily;
  readonly bytesReceived: CounterFamily;
  readonly bytesSent: CounterFamily;
  readonly slowConsumers: CounterFamily;
}

/** Frames come by the hundred thousand: they are counted in plain numbers, which become metrics when they are read. */
class ApiMetrics implements GatewayObserver {
  readonly #counters: GatewayCounters;
  readonly #labels: Labels;
  readonly #awsLabels: Labels;
  /** Routes that a gateway names are those of its API, never a client's words. */
  readonly #ofRoutes = new Map<string, Labels>();
  #messagesReceived = 0;
  #messagesSent = 0;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(counters: GatewayCounters, { name, apiId, stage }: ObservedApi) {
    this.#counters = counters;
    this.#labels = { api: name, stage };
    this.#awsLabels = { api_id: apiId, stage };
    counters.opened.add(this.#labels, 0);
    counters.slowConsumers.add(this.#labels, 0);
  }

  handled(exchange: Exchange): void {
    this.#counters.aws.handled(exchange, this.#labelsOf(exchange.routeKey));
  }

  opened(): void {
    this.#counters.opened.add(this.#labels);
  }

  closed(_connection: ConnectionFacts, code: number): void {
    this.#counters.closed.add({ ...this.#labels, code: closeCodeLabel(code) });
  }

  received(_connection: ConnectionFacts, bytes: number): void {
    this.#messagesReceived += 1;
    this.#bytesReceived += bytes;
  }

  sent(_connection: ConnectionFacts, bytes: number): void {
    this.#messagesSent += 1;
    this.#bytesSent += bytes;
  }

  slowConsumer(): void {
    this.#counters.slowConsumers.add(this.#labels);
  }

  flush(): void {
    const { aws, messagesReceived, messagesSent, bytesReceived, bytesSent } = this.#counters;
    messagesReceived.add(this.#labels, this.#messagesReceived);
    messagesSent.add(this.#labels, this.#messagesSent);
    bytesReceived.add(this.#labels, this.#bytesReceived);
    bytesSent.add(this.#labels, this.#bytesSent);
    if (this.#messagesSent > 0) aws.sent(this.#messagesSent, this.#awsLabels);
    this.#messagesReceived = 0;
    this.#messagesSent = 0;
    this.#bytesReceived = 0;
    this.#bytesSent = 0;
  }

  #labelsOf(route: string | undefined): Labels {
    if (route === undefined) return this.#awsLabels;
    const known = this.#ofRoutes.get(route);
    if (known !== undefined) return known;
    const made = { ...this.#awsLabels, route };
    this.#ofRoutes.set(route, made);
    return made;
  }
}
