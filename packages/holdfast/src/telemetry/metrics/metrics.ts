import type { Clock } from "../../base/clock.ts";
import { Families, type CounterFamily, type PromClient } from "./families.ts";
import { GatewayMetrics } from "./gateway-metrics.ts";
import { HandlerMetrics } from "./handler-metrics.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { PolledMetrics, type MetricSources } from "./polled-metrics.ts";

export interface MetricsOptions {
  readonly clock: Clock;
  /** Of all metrics together, but for those of the process; 10,000 unless said. */
  readonly maximumSeries?: number;
}

const defaultMaximumSeries = 10_000;

/** The metrics of one app, in a registry of their own. Loads what it takes, which costs start-up time. */
export async function createMetrics(options: MetricsOptions): Promise<Metrics> {
  return new Metrics(await import("prom-client"), options);
}

export class Metrics {
  readonly gateways: GatewayMetrics;
  readonly handlers: HandlerMetrics;
  readonly http: HttpMetrics;
  readonly #families: Families;
  readonly #polled: PolledMetrics;
  readonly #reloads: CounterFamily;
  #sources: MetricSources | undefined;
  #reading: Promise<string> | undefined;

  constructor(client: PromClient, { clock, maximumSeries = defaultMaximumSeries }: MetricsOptions) {
    this.#families = new Families(client, maximumSeries);
    this.gateways = new GatewayMetrics(this.#families);
    this.handlers = new HandlerMetrics(this.#families);
    this.http = new HttpMetrics(this.#families, clock);
    this.#polled = new PolledMetrics(this.#families);
    this.#reloads = this.#families.counter({
      name: "holdfast_reloads_total",
      help: "Changes of the app's files that were put in service, or failed.",
      labels: ["outcome"],
    });
    this.#addProcess(client);
  }

  /** From now on this is looked at for each reading. */
  watch(sources: MetricSources): void {
    this.#sources = sources;
  }

  reloaded(outcome: "applied" | "failed"): void {
    this.#reloads.add({ outcome });
  }

  get contentType(): string {
    return this.#families.registry.contentType;
  }

  /** Prometheus's text format. Whoever asks while it is made gets the same. */
  read(): Promise<string> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<string> {
    this.gateways.flush();
    if (this.#sources !== undefined) await this.#polled.update(this.#sources);
    return this.#families.registry.metrics();
  }

  /** Processor, memory, file descriptors, garbage collection and the event loop's lag: the process's, by Node's usual names. */
  #addProcess(client: PromClient): void {
    const { registry } = this.#families;
    client.collectDefaultMetrics({ register: registry });
    // Each stands for the sum of another one's series, under a name that only a counter may have.
    for (const name of ["handles", "requests", "resources"])
      registry.removeSingleMetric(`nodejs_active_${name}_total`);
  }
}
