import type * as promClient from "prom-client";
import type { Counter, Gauge, Histogram, Registry } from "prom-client";

/** `prom-client`, which is loaded only where metrics are on. */
export type PromClient = typeof promClient;

export type Labels = Readonly<Record<string, string>>;

/** Of seconds: from what a fast handler takes to API Gateway's longest wait. */
const secondsBuckets: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 29,
];

/** Series of a histogram that are no buckets: the sum, the count, and the bucket without a bound. */
const fixedSeriesOfHistogram = 3;

interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Metrics in a registry of their own. However labels come about, there are never more than so many series: what would
 * begin another one is left out, and counted.
 */
export class Families {
  readonly registry: Registry;
  readonly #client: PromClient;
  readonly #budget: SeriesBudget;

  constructor(client: PromClient, maximumSeries: number) {
    this.#client = client;
    this.registry = new client.Registry();
    const leftOut = new client.Counter({
      name: "holdfast_metrics_left_out_total",
      help: "What was not counted because there are as many series as there may be.",
      registers: [this.registry],
    });
    this.#budget = new SeriesBudget(maximumSeries, () => leftOut.inc());
  }

  counter({ name, help, labels }: FamilyOptions): CounterFamily {
    const registers = [this.registry];
    const counter = new this.#client.Counter({ name, help, labelNames: [...labels], registers });
    return new CounterFamily(counter, new BoundedLabels(labels, this.#budget, 1));
  }

  gauge({ name, help, labels }: FamilyOptions): GaugeFamily {
    const registers = [this.registry];
    const gauge = new this.#client.Gauge({ name, help, labelNames: [...labels], registers });
    return new GaugeFamily(gauge, new BoundedLabels(labels, this.#budget, 1));
  }

  /** Of durations. */
  histogram({ name, help, labels }: FamilyOptions): HistogramFamily {
    const buckets = [...secondsBuckets];
    const registers = [this.registry];
    const histogram = new this.#client.Histogram({ name, help, labelNames: [...labels], buckets, registers });
    const weight = buckets.length + fixedSeriesOfHistogram;
    return new HistogramFamily(histogram, new BoundedLabels(labels, this.#budget, weight));
  }
}

export class CounterFamily {
  readonly #counter: Counter;
  readonly #bound: BoundedLabels;

  constructor(counter: Counter, bound: BoundedLabels) {
    this.#counter = counter;
    this.#bound = bound;
  }

  /** 0 shows a series before anything has happened, as rates of it need. */
  add(labels: Labels, count = 1): void {
    if (this.#bound.admit(labels)) this.#counter.inc(labels, count);
  }
}

export class HistogramFamily {
  readonly #histogram: Histogram;
  readonly #bound: BoundedLabels;

  constructor(histogram: Histogram, bound: BoundedLabels) {
    this.#histogram = histogram;
    this.#bound = bound;
  }

  observe(labels: Labels, seconds: number): void {
    if (this.#bound.admit(labels)) this.#histogram.observe(labels, seconds);
  }
}

export class GaugeFamily {
  readonly #gauge: Gauge;
  readonly #bound: BoundedLabels;

  constructor(gauge: Gauge, bound: BoundedLabels) {
    this.#gauge = gauge;
    this.#bound = bound;
    this.replace([]);
  }

  /** What is not among them is shown no more. */
  replace(samples: readonly { readonly labels: Labels; readonly value: number }[]): void {
    this.#gauge.reset();
    // Without labels it would be 0 now, which is not the same as unknown.
    if (!this.#bound.hasLabels) this.#gauge.remove();
    for (const { labels, value } of samples) if (this.#bound.admit(labels)) this.#gauge.set(labels, value);
  }
}

/** The sets of labels that a metric has, each of which costs so many series. */
class BoundedLabels {
  readonly #names: readonly string[];
  readonly #budget: SeriesBudget;
  readonly #weight: number;
  readonly #known = new Set<string>();

  constructor(names: readonly string[], budget: SeriesBudget, weight: number) {
    this.#names = names;
    this.#budget = budget;
    this.#weight = weight;
  }

  get hasLabels(): boolean {
    return this.#names.length > 0;
  }

  admit(labels: Labels): boolean {
    let key = "";
    for (const name of this.#names) key += `${labels[name]}\n`;
    if (this.#known.has(key)) return true;
    if (!this.#budget.take(this.#weight)) return false;
    this.#known.add(key);
    return true;
  }
}

class SeriesBudget {
  #left: number;
  readonly #onRefusal: () => void;

  constructor(maximumSeries: number, onRefusal: () => void) {
    this.#left = maximumSeries;
    this.#onRefusal = onRefusal;
  }

  take(series: number): boolean {
    if (series > this.#left) {
      this.#onRefusal();
      return false;
    }
    this.#left -= series;
    return true;
  }
}
