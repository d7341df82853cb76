import { beforeAll, expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import type { SamplerConfiguration } from "../../model/server-configuration.ts";
import type { TraceContext } from "../../model/trace-context.ts";
import { loadOpenTelemetry, type OpenTelemetry } from "./open-telemetry.ts";
import { createSampler } from "./sampler.ts";
import { createSpanIds } from "./span-ids.ts";
import { SpanTracer } from "./span-tracer.ts";

let otel: OpenTelemetry;
const clock = new ManualClock(1_790_294_625_710);

beforeAll(async () => {
  otel = await loadOpenTelemetry();
});

function tracerWith(configuration: SamplerConfiguration): SpanTracer {
  const provider = new otel.sdk.BasicTracerProvider({
    sampler: createSampler(configuration, otel, clock),
    idGenerator: createSpanIds(clock),
  });
  return new SpanTracer(provider.getTracer("test"), otel.api);
}

function sampledOf(configuration: SamplerConfiguration, count: number): number {
  const tracer = tracerWith(configuration);
  const spans = Array.from({ length: count }, () => tracer.start({ name: "one", kind: "server" }));
  return spans.filter(({ context }) => context.sampled).length;
}

test("const samples all or none", () => {
  expect(sampledOf({ type: "const", parameter: 1 }, 20)).toBe(20);
  expect(sampledOf({ type: "const", parameter: 0 }, 20)).toBe(0);
});

test("probabilistic samples about its share", () => {
  expect(sampledOf({ type: "probabilistic", parameter: 0 }, 200)).toBe(0);
  expect(sampledOf({ type: "probabilistic", parameter: 1 }, 200)).toBe(200);
  // Twelve standard deviations to either side.
  const half = sampledOf({ type: "probabilistic", parameter: 0.5 }, 2_000);
  expect(half).toBeGreaterThan(730);
  expect(half).toBeLessThan(1_270);
});

test("ratelimiting samples so many a second", () => {
  const tracer = tracerWith({ type: "ratelimiting", parameter: 2 });
  const sampled = (): boolean => tracer.start({ name: "one", kind: "server" }).context.sampled;
  expect([sampled(), sampled(), sampled()]).toEqual([true, true, false]);
  clock.advance(500);
  expect([sampled(), sampled()]).toEqual([true, false]);
});

test.each([0, 1])("a trace that began elsewhere is sampled as it was there, with const %i", (parameter) => {
  const tracer = tracerWith({ type: "const", parameter });
  const parent: TraceContext = {
    traceId: "1".repeat(32),
    spanId: "2".repeat(16),
    sampled: true,
    state: "a=1",
  };
  const { context } = tracer.start({ name: "one", kind: "server" }, parent);
  expect(context).toEqual({ ...parent, spanId: expect.stringMatching(/^[\da-f]{16}$/) });
  expect(context.spanId).not.toBe(parent.spanId);

  const unsampled = { ...parent, sampled: false };
  expect(tracer.start({ name: "one", kind: "server" }, unsampled).context).toBe(unsampled);
});

test("a trace's id begins with the seconds since 1970, sampled or not", () => {
  for (const parameter of [0, 1]) {
    const { context } = tracerWith({ type: "const", parameter }).start({ name: "one", kind: "server" });
    expect(context.traceId).toMatch(/^6ab5ba6[12][\da-f]{24}$/);
    expect(context.spanId).toMatch(/^[\da-f]{16}$/);
  }
});
