import { describe, expect, it } from "vitest";
import { HoldfastError } from "../../base/errors.ts";
import type { LogEntry } from "../../base/log.ts";
import { ecsFormat } from "./ecs-line.ts";

const atMs = Date.parse("2026-01-31T12:00:00.000Z");
const format = ecsFormat({ name: () => "chat", version: "1.2.3", stage: "production" });

const lineOf = (entry: LogEntry): Readonly<Record<string, unknown>> =>
  JSON.parse(format(entry, atMs) ?? "") as Readonly<Record<string, unknown>>;

describe("a line of ECS", () => {
  it("has what the schema wants of every line, and where it comes from", () => {
    const fields = { message: "It was dropped", connectionId: "c1=", routeKey: "echo", requestId: "r1=" };
    expect(lineOf({ level: "warn", event: "gateway.slow-consumer", fields })).toEqual({
      "@timestamp": "2026-01-31T12:00:00.000Z",
      "log.level": "warn",
      message: "It was dropped",
      "ecs.version": "8.11.0",
      "event.action": "gateway.slow-consumer",
      "event.dataset": "holdfast.gateway",
      "log.logger": "gateway",
      "service.name": "chat",
      "service.version": "1.2.3",
      "holdfast.stage": "production",
      "holdfast.connection_id": "c1=",
      "holdfast.route_key": "echo",
      "holdfast.request_id": "r1=",
    });
  });

  it("is one line, whatever a client or a function put into it", () => {
    const text = format(
      { level: "info", event: "function-output", fields: { message: "a\nb\u2028\u001b" } },
      atMs,
    );
    expect(text).not.toMatch(/\p{Cc}/u);
  });

  it("names a function, its invocation, and the trace", () => {
    const fields = { function: "echo", requestId: "r1", traceId: "a".repeat(32), spanId: "b".repeat(16) };
    expect(lineOf({ level: "info", event: "function-log", fields })).toMatchObject({
      message: "function-log",
      "faas.name": "echo",
      "faas.execution": "r1",
      "holdfast.request_id": "r1",
      "trace.id": "a".repeat(32),
      "span.id": "b".repeat(16),
    });
  });

  it("tells an error with its code and its stack", () => {
    const error = new HoldfastError("STORE_FAILED", "It failed", { hint: "Look there" });
    const line = lineOf({ level: "error", event: "table.fault", fields: { error } });
    expect(line).toMatchObject({
      "error.type": "HoldfastError",
      "error.message": "It failed",
      "error.code": "STORE_FAILED",
      "holdfast.hint": "Look there",
    });
    expect(line["error.stack_trace"]).toContain("ecs-line.test");
  });

  it("takes errors that are records of another process, and what is no error", () => {
    const record = { name: "TypeError", message: "x", stack: "TypeError: x\n    at y" };
    expect(lineOf({ level: "error", event: "a.b", fields: { error: record } })).toMatchObject({
      "error.type": "TypeError",
      "error.stack_trace": record.stack,
    });
    expect(lineOf({ level: "error", event: "a.b", fields: { error: "thrown" } })).toMatchObject({
      "error.message": "thrown",
    });
  });

  it("has lists and objects as text, and survives what JSON cannot hold", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const line = lineOf({
      level: "info",
      event: "a.b",
      fields: { changes: ["a"], cycle, big: 1n, gone: undefined },
    });
    expect(line).toMatchObject({ "holdfast.changes": '["a"]', "holdfast.big": '"1"' });
    expect(line["holdfast.cycle"]).toBe('"[object Object]"');
    expect(line).not.toHaveProperty("holdfast.gone");
  });
});

describe("an access line in ECS", () => {
  const access = (message: string): Readonly<Record<string, unknown>> =>
    lineOf({ level: "info", event: "access", fields: { message, api: "chat" } });

  it("has the values of a format in JSON as fields", () => {
    const values = {
      requestId: "r1=",
      ip: "10.0.0.1",
      routeKey: "echo",
      eventType: "MESSAGE",
      status: "200",
      connectionId: "c1=",
      latency: "1.5",
      "tenant-id": "t1",
      error: "-",
    };
    expect(access(JSON.stringify(values))).toMatchObject({
      message: "MESSAGE echo 200",
      "holdfast.api": "chat",
      "holdfast.request_id": "r1=",
      "holdfast.connection_id": "c1=",
      "holdfast.route_key": "echo",
      "holdfast.event_type": "MESSAGE",
      "holdfast.access.tenant_id": "t1",
      "client.ip": "10.0.0.1",
      "http.response.status_code": 200,
      "event.duration": 1_500_000,
    });
    expect(access(JSON.stringify(values))).not.toHaveProperty("holdfast.access.error");
  });

  it.each(["r1 MESSAGE 200", '{"a":"b', '{"a":{"b":1}}', "[1]", "null"])(
    "stays text when it is %s",
    (text) => {
      expect(access(text)).toMatchObject({ message: text, "holdfast.api": "chat" });
    },
  );

  it("of an HTTP request has the schema's own fields", () => {
    const fields = {
      message: "GET /a 200",
      method: "GET",
      path: "/a",
      status: 200,
      bytes: 120,
      durationMs: 2,
      ip: "::1",
    };
    expect(lineOf({ level: "info", event: "access", fields })).toMatchObject({
      "http.request.method": "GET",
      "url.path": "/a",
      "http.response.status_code": 200,
      "http.response.bytes": 120,
      "event.duration": 2_000_000,
      "client.ip": "::1",
    });
  });
});
