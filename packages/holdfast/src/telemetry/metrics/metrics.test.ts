import { describe, expect, it } from "vitest";
import { metricTypes, readSamples, valueOf } from "../../../test/support/metrics-text.ts";
import { ManualClock } from "../../base/clock.ts";
import { MemoryInvoker } from "../../host/memory-invoker.ts";
import type { ConnectionFacts, InvocationEvent } from "../../model/gateway-event.ts";
import { createMeasuredInvoker } from "./handler-metrics.ts";
import { closeCodeLabel, methodLabel, statusLabel } from "./label-values.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { MetricSources } from "./polled-metrics.ts";

const facts: ConnectionFacts = {
  apiId: "a1",
  stage: "dev",
  connectionId: "c",
  connectedAt: 0,
  apiName: "chat",
  domainName: "d",
  sourceIp: "192.0.2.7",
};
const chat = { name: "chat", apiId: "a1", stage: "dev" };

const message = (routeKey: string): InvocationEvent => ({
  kind: "message",
  connection: facts,
  routeKey,
  requestId: "r",
  requestTimeMs: 0,
  messageId: "m",
  body: "",
  isBase64Encoded: false,
});

function openMetrics(maximumSeries?: number): Promise<Metrics> {
  return createMetrics({ clock: new ManualClock(), ...(maximumSeries !== undefined && { maximumSeries }) });
}

describe("the metrics of WebSocket APIs", () => {
  it("are counts of connections, messages and bytes, for each API and stage", async () => {
    const metrics = await openMetrics();
    const observer = metrics.gateways.observe(chat);
    observer.opened?.(facts);
    observer.received?.(facts, 10);
    observer.sent?.(facts, 7);
    observer.sent?.(facts, 7);
    observer.slowConsumer?.(facts);
    for (const code of [1000, 1006, 4001, 4999, 70_000]) observer.closed?.(facts, code);
    const text = await metrics.read();
    const of = (name: string, labels = {}) => valueOf(text, name, { api: "chat", stage: "dev", ...labels });
    expect(of("holdfast_connections_opened_total")).toBe(1);
    expect(of("holdfast_messages_received_total")).toBe(1);
    expect(of("holdfast_received_bytes_total")).toBe(10);
    expect(of("holdfast_messages_sent_total")).toBe(2);
    expect(of("holdfast_sent_bytes_total")).toBe(14);
    expect(of("holdfast_slow_consumers_total")).toBe(1);
    const closed = ["1000", "1006", "4xxx", "other"].map((code) =>
      of("holdfast_connections_closed_total", { code }),
    );
    expect(closed).toEqual([1, 1, 2, 1]);
  });

  it("stay counted from one reading to the next, and while an API is away", async () => {
    const metrics = await openMetrics();
    for (const expected of [1, 2]) {
      metrics.gateways.observe(chat).sent?.(facts, 5);
      expect(valueOf(await metrics.read(), "holdfast_messages_sent_total")).toBe(expected);
    }
  });

  it("begin at 0, so that a first event is a change", async () => {
    const metrics = await openMetrics();
    metrics.gateways.observe(chat);
    expect(valueOf(await metrics.read(), "holdfast_slow_consumers_total", { api: "chat" })).toBe(0);
  });
});

describe("the metrics of handlers", () => {
  it("have each outcome and the time, by event, API and route", async () => {
    const clock = new ManualClock();
    const metrics = await createMetrics({ clock });
    const functions = {
      fine: () => (clock.advance(30), "yes"),
      bad: () => {
        throw new Error("no");
      },
    };
    const invoker = createMeasuredInvoker(new MemoryInvoker(functions), metrics.handlers, clock);
    await invoker.invoke("fine", message("greet"));
    await invoker.invoke("bad", message("greet"));
    await invoker.invoke("made up by a client", message("greet"));
    const text = await metrics.read();
    const labels = { event: "message", api: "chat", route: "greet" };
    const count = (outcome: string, more = {}) =>
      valueOf(text, "holdfast_handler_invocations_total", { ...labels, outcome, ...more });
    expect(count("returned")).toBe(1);
    expect(count("failed")).toBe(1);
    expect(count("missing", { route: "other" })).toBe(1);
    expect(valueOf(text, "holdfast_handler_duration_seconds_sum", labels)).toBeCloseTo(0.03);
    expect(text).not.toContain("made up");
  });
});

describe("the number of series", () => {
  it("has a bound, and what is left out is counted", async () => {
    const metrics = await openMetrics(40);
    const invoker = createMeasuredInvoker(
      new MemoryInvoker({ f: () => "" }),
      metrics.handlers,
      new ManualClock(),
    );
    for (let at = 0; at < 100; at += 1) await invoker.invoke("f", message(`route ${at}`));
    const text = await metrics.read();
    const own = readSamples(text).filter(
      ({ name, labels }) => name.startsWith("holdfast_") && Object.keys(labels).length > 0,
    );
    expect(own.length).toBeLessThanOrEqual(40);
    expect(own.length).toBeGreaterThan(20);
    expect(valueOf(text, "holdfast_metrics_left_out_total")).toBeGreaterThan(100);
    // What was there before goes on being counted.
    await invoker.invoke("f", message("route 0"));
    const first = { route: "route 0", outcome: "returned" };
    expect(valueOf(await metrics.read(), "holdfast_handler_invocations_total", first)).toBe(2);
  });

  it("does not grow with what clients choose", () => {
    expect(["GET", "BREW", undefined].map(methodLabel)).toEqual(["GET", "other", "other"]);
    expect([200, 404, 499, 777].map(statusLabel)).toEqual(["200", "404", "4xx", "7xx"]);
    expect([1000, 1015, 3000, 4000, 2000, 0].map(closeCodeLabel)).toEqual([
      "1000",
      "1015",
      "3xxx",
      "4xxx",
      "other",
      "other",
    ]);
  });
});

const sources: MetricSources = {
  gateways: () => [
    { api: "chat", stage: "dev", connections: 3, rooms: 2, messagesRunning: 1, messagesWaiting: 5 },
  ],
  host: () => ({ running: 4, waiting: 6 }),
  queues: async () => [["orders", { visible: 7, inFlight: 8, delayed: 9 }]],
  topicDeliveries: () => 10,
  stateDir: import.meta.dirname,
};

describe("what is looked at when somebody reads", () => {
  it("is shown as gauges", async () => {
    const metrics = await openMetrics();
    metrics.watch(sources);
    const text = await metrics.read();
    expect(valueOf(text, "holdfast_connections_open", { api: "chat", stage: "dev" })).toBe(3);
    expect(valueOf(text, "holdfast_rooms", { api: "chat" })).toBe(2);
    expect(valueOf(text, "holdfast_messages_in_flight", { state: "waiting" })).toBe(5);
    expect(valueOf(text, "holdfast_invocations", { state: "waiting" })).toBe(6);
    expect(valueOf(text, "holdfast_queue_messages", { queue: "orders", state: "in_flight" })).toBe(8);
    expect(valueOf(text, "holdfast_topic_deliveries_pending")).toBe(10);
    const free = valueOf(text, "holdfast_state_disk_free_bytes") ?? 0;
    expect(free).toBeGreaterThan(0);
    expect(valueOf(text, "holdfast_state_disk_size_bytes")).toBeGreaterThan(free);
  });

  it("is left out where it cannot be had, and nothing else is", async () => {
    const metrics = await openMetrics();
    metrics.watch({
      ...sources,
      queues: async () => {
        throw new Error("The store is closed");
      },
      stateDir: "/there/is/no/such/folder",
    });
    const text = await metrics.read();
    expect(valueOf(text, "holdfast_queue_messages")).toBeUndefined();
    expect(valueOf(text, "holdfast_state_disk_free_bytes")).toBeUndefined();
    expect(valueOf(text, "holdfast_rooms")).toBe(2);
  });

  it("is looked at once for all who ask at the same time", async () => {
    const metrics = await openMetrics();
    let looks = 0;
    metrics.watch({ ...sources, topicDeliveries: () => (looks += 1) });
    await Promise.all([metrics.read(), metrics.read(), metrics.read()]);
    expect(looks).toBe(1);
    await metrics.read();
    expect(looks).toBe(2);
  });
});

describe("a registry", () => {
  it("is each app's own", async () => {
    const [one, other] = [await openMetrics(), await openMetrics()];
    one.reloaded("applied");
    expect(valueOf(await one.read(), "holdfast_reloads_total", { outcome: "applied" })).toBe(1);
    expect(valueOf(await other.read(), "holdfast_reloads_total")).toBeUndefined();
  });

  it("has every metric's type before anything has happened, and the process's", async () => {
    const types = metricTypes(await (await openMetrics()).read());
    expect(types.get("http_requests_total")).toBe("counter");
    expect(types.get("http_response_time")).toBe("histogram");
    expect(types.get("holdfast_connections_open")).toBe("gauge");
    expect([...types.keys()]).toEqual(
      expect.arrayContaining([
        "nodejs_eventloop_lag_p99_seconds",
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        ...(process.platform === "linux" ? ["process_open_fds", "process_max_fds"] : []),
      ]),
    );
  });
});
