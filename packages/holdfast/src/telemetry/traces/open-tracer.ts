import { systemClock, type Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { TracesConfiguration } from "../../model/server-configuration.ts";
import type { Tracer } from "../../ports/tracer.ts";
import { loadOpenTelemetry, type OpenTelemetry } from "./open-telemetry.ts";
import { createSampler } from "./sampler.ts";
import { createSpanIds } from "./span-ids.ts";
import { createSpanPipeline, exportTimeoutMs } from "./span-pipeline.ts";
import { SpanTracer } from "./span-tracer.ts";

export interface TracerOptions {
  readonly configuration: TracesConfiguration;
  /** What the service is called where the configuration has no name for it. */
  readonly appName: string | Promise<string>;
  readonly stage: string;
  /** How long `close` may take. */
  readonly closeMs?: number;
  readonly clock?: Clock;
  readonly log: Log;
}

export interface OpenTracer {
  readonly tracer: Tracer;
  /** Sends what waits, for `closeMs` at most. Never rejects. To be called once nothing makes spans any more. */
  close(): Promise<void>;
}

const defaultCloseMs = 3_000;

/**
 * Sends traces to a receiver of OTLP over HTTP, as JSON. Whether the receiver is there is found out with the first spans.
 * Rejects with `OPENTELEMETRY_MISSING`.
 */
export async function openTracer(options: TracerOptions): Promise<OpenTracer> {
  const { configuration, closeMs = defaultCloseMs, clock = systemClock, log } = options;
  const otel = await loadOpenTelemetry();
  const provider = new otel.sdk.BasicTracerProvider({
    resource: resourceOf(options, otel),
    sampler: createSampler(configuration.sampler, otel, clock),
    idGenerator: createSpanIds(clock),
    spanProcessors: [
      createSpanPipeline(otel, { configuration, exporter: createExporter(configuration, otel), clock, log }),
    ],
  });
  return {
    tracer: new SpanTracer(provider.getTracer("holdfast"), otel.api),
    async close() {
      const patience = Promise.withResolvers<void>();
      const timer = clock.after(closeMs, patience.resolve);
      await Promise.race([provider.shutdown().catch(() => {}), patience.promise]);
      timer.cancel();
    },
  };
}

function resourceOf({ configuration, appName, stage }: TracerOptions, { resources }: OpenTelemetry) {
  return resources.resourceFromAttributes({
    "service.name": configuration.serviceName ?? appName,
    "deployment.environment.name": stage,
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.name": "opentelemetry",
  });
}

function createExporter({ endpoint, headers }: TracesConfiguration, { otlp }: OpenTelemetry) {
  return new otlp.OTLPTraceExporter({
    url: endpoint,
    headers: { ...headers },
    timeoutMillis: exportTimeoutMs,
  });
}
