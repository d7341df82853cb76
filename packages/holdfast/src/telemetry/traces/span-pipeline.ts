import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { TracesConfiguration } from "../../model/server-configuration.ts";
import type { OpenTelemetry } from "./open-telemetry.ts";
import { ExportReport } from "./export-report.ts";

export interface SpanPipelineOptions {
  readonly configuration: Pick<TracesConfiguration, "endpoint" | "bufferSpans" | "flushIntervalMs">;
  readonly exporter: SpanExporter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of one export, with all its attempts. */
export const exportTimeoutMs = 5_000;

/** The most spans that are sent at once: OpenTelemetry's own choice. */
const maximumBatchSpans = 512;

/**
 * Collects spans that have ended, and sends them in batches. What the receiver does not take is given up; what there is no
 * room for is dropped. Both are counted, and said in the log.
 */
export function createSpanPipeline(
  { core, sdk }: Pick<OpenTelemetry, "core" | "sdk">,
  { configuration, exporter, clock, log }: SpanPipelineOptions,
): SpanProcessor {
  const { bufferSpans, flushIntervalMs, endpoint } = configuration;
  const report = new ExportReport({ endpoint, bufferSpans, clock, log });
  let waiting = 0;
  const batches = new sdk.BatchSpanProcessor(
    {
      export(spans, done) {
        waiting -= spans.length;
        exporter.export(spans, ({ code, error }) => {
          if (code === core.ExportResultCode.SUCCESS) report.sent();
          else report.failed(spans.length, error);
          // It would tell OpenTelemetry's global error handler otherwise, which is not ours.
          done({ code: core.ExportResultCode.SUCCESS });
        });
      },
      shutdown: () => exporter.shutdown(),
    },
    {
      maxQueueSize: bufferSpans,
      maxExportBatchSize: Math.min(maximumBatchSpans, bufferSpans),
      scheduledDelayMillis: flushIntervalMs,
      exportTimeoutMillis: exportTimeoutMs * 2,
    },
  );
  return {
    onStart: () => {},
    // The same bound as the processor's own, which drops without a word.
    onEnd(span: ReadableSpan) {
      if (waiting >= bufferSpans) return report.dropped();
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      await batches.shutdown();
      report.close();
    },
  };
}
