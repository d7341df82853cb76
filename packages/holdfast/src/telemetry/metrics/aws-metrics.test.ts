import { describe, expect, it } from "vitest";
import { readSamples } from "../../../test/support/metrics-text.ts";
import { ManualClock } from "../../base/clock.ts";
import type { ConnectionFacts } from "../../model/gateway-event.ts";
import type { Exchange } from "../../ports/gateway-observer.ts";
import { createMetrics, type Metrics } from "./metrics.ts";

const connection = { apiId: "a1", stage: "dev" };
const facts: ConnectionFacts = {
  ...connection,
  connectionId: "c",
  connectedAt: 0,
  apiName: "chat",
  domainName: "d",
  sourceIp: "",
};

function exchange(change: Partial<Exchange> = {}): Exchange {
  return {
    eventType: "MESSAGE",
    connection,
    routeKey: "echo",
    requestId: "r",
    requestTimeMs: 0,
    status: 200,
    integrationLatencyMs: 7,
    ...change,
  };
}

const openMetrics = (): Promise<Metrics> => createMetrics({ clock: new ManualClock() });

function observe(
  metrics: Metrics,
  { apiId, stage }: { readonly apiId: string; readonly stage: string } = connection,
) {
  return metrics.gateways.observe({ name: "chat", apiId, stage });
}

/** By API, stage and route: what was counted under which of AWS's names. */
async function countsIn(metrics: Metrics) {
  const text = await metrics.read();
  const names = new Map(
    Array.from(text.matchAll(/^# HELP (\S+) .* AWS: (\w+)\.$/gm), ([, name = "", aws = ""]) => [name, aws]),
  );
  const counts: Record<string, Record<string, number>> = {};
  for (const { name, labels, value } of readSamples(text)) {
    const count = names.get(name) ?? names.get(name.replace(/_count$/, ""));
    if (labels.api_id === undefined || count === undefined) continue;
    const key = `${labels.api_id} ${labels.stage} ${labels.route ?? ""}`.trimEnd();
    (counts[key] ??= {})[count] = value;
  }
  return counts;
}

async function countsOf(...exchanges: readonly Exchange[]) {
  const metrics = await openMetrics();
  for (const one of exchanges) observe(metrics, one.connection).handled(one);
  return countsIn(metrics);
}

describe("AWS's metrics", () => {
  it("counts a connection as one message too", async () => {
    expect(await countsOf(exchange({ eventType: "CONNECT", routeKey: "$connect" }))).toEqual({
      "a1 dev $connect": { ConnectCount: 1, MessageCount: 1, IntegrationLatency: 1 },
    });
  });

  it("counts a message that no route takes as a client's error, without a route", async () => {
    const {
      routeKey: _,
      integrationLatencyMs: __,
      ...forbidden
    } = exchange({ failure: { fault: "client" } });
    expect(await countsOf(forbidden)).toEqual({ "a1 dev": { MessageCount: 1, ClientError: 1 } });
  });

  it.each([
    ["integration", "IntegrationError", { IntegrationLatency: 1 }],
    ["execution", "ExecutionError", { IntegrationLatency: 1 }],
    ["client", "ClientError", {}],
  ] as const)("counts a fault of kind %s as %s", async (fault, name, latency) => {
    expect(await countsOf(exchange({ failure: { fault } }))).toEqual({
      "a1 dev echo": { MessageCount: 1, [name]: 1, ...latency },
    });
  });

  it("counts the end of a connection as no message, but its integration's latency", async () => {
    expect(await countsOf(exchange({ eventType: "DISCONNECT", routeKey: "$disconnect" }))).toEqual({
      "a1 dev $disconnect": { IntegrationLatency: 1 },
    });
  });

  it("counts no calls of @connections, but what they send", async () => {
    expect(await countsOf(exchange({ eventType: "CONNECTION_API" }))).toEqual({});
    const metrics = await openMetrics();
    observe(metrics).sent?.(facts, 4);
    expect(await countsIn(metrics)).toEqual({ "a1 dev": { MessageCount: 1 } });
  });

  it("counts what is sent beside what has no route, for each API and stage", async () => {
    const metrics = await openMetrics();
    const { routeKey: _, ...unrouted } = exchange();
    observe(metrics).handled(unrouted);
    const other = { ...connection, apiId: "b2" };
    for (const one of [connection, connection, { ...connection, stage: "prod" }, other])
      observe(metrics, one).sent?.(facts, 4);
    const counts = Object.entries(await countsIn(metrics)).map(([key, { MessageCount }]) => [
      key,
      MessageCount,
    ]);
    expect(Object.fromEntries(counts)).toEqual({ "a1 dev": 3, "a1 prod": 1, "b2 dev": 1 });
  });

  it("keeps APIs, stages and routes apart", async () => {
    const other = { apiId: "b2", stage: "dev" };
    expect(
      await countsOf(exchange(), exchange(), exchange({ connection: other }), exchange({ routeKey: "x" })),
    ).toEqual({
      "a1 dev echo": { MessageCount: 2, IntegrationLatency: 2 },
      "b2 dev echo": { MessageCount: 1, IntegrationLatency: 1 },
      "a1 dev x": { MessageCount: 1, IntegrationLatency: 1 },
    });
  });

  it("is Prometheus's text, each metric with the name that AWS has for it", async () => {
    const metrics = await openMetrics();
    const observer = observe(metrics);
    for (const integrationLatencyMs of [1, 7, 30_000]) observer.handled(exchange({ integrationLatencyMs }));
    observer.handled(exchange({ routeKey: 'a"\\b\nc', integrationLatencyMs: 2 }));
    const text = await metrics.read();
    expect(text).toContain(
      [
        "# HELP holdfast_message_count_total Messages from and to clients. AWS: MessageCount.",
        "# TYPE holdfast_message_count_total counter",
        'holdfast_message_count_total{api_id="a1",stage="dev",route="echo"} 3',
        String.raw`holdfast_message_count_total{api_id="a1",stage="dev",route="a\"\\b\nc"} 1`,
        "",
      ].join("\n"),
    );
    const bucket = (le: string) =>
      readSamples(text).find(
        ({ name, labels }) =>
          name === "holdfast_integration_latency_seconds_bucket" &&
          labels.route === "echo" &&
          labels.le === le,
      )?.value;
    expect(["0.001", "0.005", "0.01", "29", "+Inf"].map(bucket)).toEqual([1, 1, 2, 2, 3]);
    expect(text).toContain(
      'holdfast_integration_latency_seconds_sum{api_id="a1",stage="dev",route="echo"} 30.008',
    );
    expect(text.endsWith("\n")).toBe(true);
    for (const name of [
      "ConnectCount",
      "IntegrationError",
      "ClientError",
      "ExecutionError",
      "IntegrationLatency",
    ])
      expect(text).toContain(`AWS: ${name}.`);
  });
});
