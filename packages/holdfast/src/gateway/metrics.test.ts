import { describe, expect, it } from "vitest";
import { formatMetrics } from "./metrics-page.ts";
import { GatewayMetrics } from "./metrics.ts";
import type { Exchange } from "./observer.ts";

const connection = { apiId: "a1", stage: "dev" };

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

/** What is counted for one exchange, and how many latencies. */
function countsOf(...exchanges: readonly Exchange[]) {
  const metrics = new GatewayMetrics();
  for (const one of exchanges) metrics.handled(one);
  return [...metrics.series()].map(({ route, counts, latency }) => ({
    ...(route !== undefined && { route }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    latencies: latency.count,
  }));
}

describe("GatewayMetrics", () => {
  it("counts a connection as one message too", () => {
    expect(countsOf(exchange({ eventType: "CONNECT", routeKey: "$connect" }))).toEqual([
      { route: "$connect", ConnectCount: 1, MessageCount: 1, latencies: 1 },
    ]);
  });

  it("counts a message that no route takes as a client's error, without a route", () => {
    const {
      routeKey: _,
      integrationLatencyMs: __,
      ...forbidden
    } = exchange({
      status: 403,
      failure: { fault: "client" },
    });
    expect(countsOf(forbidden)).toEqual([{ MessageCount: 1, ClientError: 1, latencies: 0 }]);
  });

  it.each([
    ["integration", "IntegrationError", 1],
    ["execution", "ExecutionError", 1],
    ["client", "ClientError", 0],
  ] as const)("counts a fault of kind %s as %s", (fault, name, latencies) => {
    expect(countsOf(exchange({ failure: { fault } }))).toEqual([
      { route: "echo", MessageCount: 1, [name]: 1, latencies },
    ]);
  });

  it("counts the end of a connection as no message, but its integration's latency", () => {
    expect(countsOf(exchange({ eventType: "DISCONNECT", routeKey: "$disconnect" }))).toEqual([
      { route: "$disconnect", latencies: 1 },
    ]);
  });

  it("counts no calls of @connections, but what they send", () => {
    expect(countsOf(exchange({ eventType: "CONNECTION_API" }))).toEqual([]);
    const metrics = new GatewayMetrics();
    metrics.sent({
      ...connection,
      connectionId: "c",
      connectedAt: 0,
      apiName: "chat",
      domainName: "d",
      sourceIp: "",
    });
    expect([...metrics.series()]).toMatchObject([{ apiId: "a1", stage: "dev", counts: { MessageCount: 1 } }]);
  });

  it("counts what is sent beside what has no route, for each API and stage", () => {
    const metrics = new GatewayMetrics();
    const facts = { connectionId: "c", connectedAt: 0, apiName: "chat", domainName: "d", sourceIp: "" };
    const { routeKey: _, ...unrouted } = exchange();
    metrics.handled(unrouted);
    for (const stage of ["dev", "dev", "prod"]) metrics.sent({ ...facts, ...connection, stage });
    metrics.sent({ ...facts, ...connection, apiId: "b2" });
    const counted = [...metrics.series()].map(({ apiId, stage, counts }) => [
      apiId,
      stage,
      counts.MessageCount,
    ]);
    expect(counted).toEqual([
      ["a1", "dev", 3],
      ["a1", "prod", 1],
      ["b2", "dev", 1],
    ]);
  });

  it("keeps APIs, stages and routes apart", () => {
    const other = { apiId: "b2", stage: "dev" };
    expect(
      countsOf(exchange(), exchange(), exchange({ connection: other }), exchange({ routeKey: "x" })),
    ).toEqual([
      { route: "echo", MessageCount: 2, latencies: 2 },
      { route: "echo", MessageCount: 1, latencies: 1 },
      { route: "x", MessageCount: 1, latencies: 1 },
    ]);
  });
});

describe("formatMetrics", () => {
  it("is Prometheus's text, each metric with the name that AWS has for it", () => {
    const metrics = new GatewayMetrics();
    for (const integrationLatencyMs of [1, 7, 30_000]) metrics.handled(exchange({ integrationLatencyMs }));
    metrics.handled(exchange({ routeKey: 'a"\\b\nc', integrationLatencyMs: 2 }));
    const text = formatMetrics(metrics);
    expect(text).toContain(
      [
        "# HELP holdfast_message_count_total Messages from and to clients. AWS: MessageCount.",
        "# TYPE holdfast_message_count_total counter",
        'holdfast_message_count_total{api_id="a1",stage="dev",route="echo"} 3',
        String.raw`holdfast_message_count_total{api_id="a1",stage="dev",route="a\"\\b\nc"} 1`,
        "",
      ].join("\n"),
    );
    const bucket = (bound: string) =>
      new RegExp(`_bucket\\{api_id="a1",stage="dev",route="echo",le="${bound}"\\} (\\d+)`).exec(text)?.[1];
    expect(["0\\.001", "0\\.005", "0\\.01", "29", "\\+Inf"].map(bucket)).toEqual(["1", "1", "2", "2", "3"]);
    expect(text).toContain(
      'holdfast_integration_latency_seconds_count{api_id="a1",stage="dev",route="echo"} 3',
    );
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

  it("names every metric once before anything has happened", () => {
    const lines = formatMetrics(new GatewayMetrics()).trimEnd().split("\n");
    expect(lines).toHaveLength(12);
    expect(lines.every((line) => line.startsWith("# "))).toBe(true);
  });
});
