import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { beforeAll, expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { memoryLog } from "../../base/log.ts";
import { loadOpenTelemetry, type OpenTelemetry } from "./open-telemetry.ts";
import { createSpanPipeline } from "./span-pipeline.ts";

let otel: OpenTelemetry;

beforeAll(async () => {
  otel = await loadOpenTelemetry();
});

/** What it takes is told by the test. */
class Exporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  isThere = true;

  export(spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]): void {
    this.batches.push(spans);
    const { SUCCESS, FAILED } = otel.core.ExportResultCode;
    done(this.isThere ? { code: SUCCESS } : { code: FAILED, error: new Error("nobody is there") });
  }

  async shutdown(): Promise<void> {}
}

function openPipeline(bufferSpans: number) {
  const exporter = new Exporter();
  const clock = new ManualClock();
  const log = memoryLog();
  const configuration = { endpoint: "http://there/v1/traces", bufferSpans, flushIntervalMs: 3_600_000 };
  const pipeline = createSpanPipeline(otel, { configuration, exporter, clock, log });
  const provider = new otel.sdk.BasicTracerProvider({ spanProcessors: [pipeline] });
  const tracer = provider.getTracer("test");
  const make = (count: number): void => {
    for (let turn = 0; turn < count; turn += 1) tracer.startSpan("one", {}, otel.api.ROOT_CONTEXT).end();
  };
  const said = () => log.entries.map(({ event, fields }) => [event, fields.spans]);
  return { exporter, clock, pipeline, make, said };
}

test("what there is no room for is dropped, and said at once and then once a minute", async () => {
  const { exporter, clock, pipeline, make, said } = openPipeline(600);
  // The first batch of 512 leaves at once, and what waits then has room again.
  make(600);
  expect(exporter.batches.map((spans) => spans.length)).toEqual([512]);
  await pipeline.forceFlush();
  make(511);
  expect(said()).toEqual([]);
  await pipeline.forceFlush();
  const sent = exporter.batches.reduce((sum, spans) => sum + spans.length, 0);
  expect(sent).toBe(1111);

  const full = openPipeline(3);
  full.exporter.export = () => {};
  full.make(10);
  expect(full.said()).toEqual([["traces.dropped", 1]]);
  full.clock.advance(60_000);
  expect(full.said()).toEqual([
    ["traces.dropped", 1],
    ["traces.dropped", 3],
  ]);
  full.clock.advance(600_000);
  expect(full.said()).toHaveLength(2);
  clock.advance(600_000);
  expect(said()).toEqual([]);
});

test("what the receiver does not take is given up, and said until it does", async () => {
  const { exporter, clock, pipeline, make, said } = openPipeline(100);
  exporter.isThere = false;
  for (const count of [2, 3, 4]) {
    make(count);
    await pipeline.forceFlush();
  }
  expect(said()).toEqual([["traces.export-failed", 2]]);
  clock.advance(60_000);
  expect(said().at(-1)).toEqual(["traces.export-failed", 7]);
  exporter.isThere = true;
  make(1);
  await pipeline.forceFlush();
  expect(said().at(-1)).toEqual(["traces.export-recovered", undefined]);
});

test("the end says what was not said yet", async () => {
  const { exporter, pipeline, make, said } = openPipeline(100);
  exporter.isThere = false;
  make(1);
  await pipeline.forceFlush();
  make(5);
  await pipeline.shutdown();
  expect(said()).toEqual([
    ["traces.export-failed", 1],
    ["traces.export-failed", 5],
  ]);
});
