import { describe, expect, it } from "vitest";
import { memoryLog } from "../base/log.ts";
import type { Exchange } from "../ports/gateway-observer.ts";
import { compileAccessLog, createAccessLog } from "./access-log.ts";

const exchange: Exchange = {
  eventType: "MESSAGE",
  connection: {
    apiId: "a1b2c3",
    stage: "dev",
    connectionId: "gbgBui_JBQAYKEjyCA==",
    connectedAt: 1_790_294_625_709,
    domainName: "localhost:3333",
    sourceIp: "127.0.0.1",
    userAgent: "probe/1",
    apiKeyId: "partner",
    apiKey: "a-secret-value",
    authorizer: { principalId: "ann", "tenant-id": "t1" },
  },
  routeKey: "echo",
  requestId: "EOoPYFo9IAMEEHg=",
  requestTimeMs: 1_790_294_625_927,
  messageId: "gbgBum_JJQAYKEjyCA==",
  status: 500,
  integrationLatencyMs: 7,
  failure: {
    fault: "execution",
    message: "Internal server error",
    responseType: "INTEGRATION_FAILURE",
  },
};

const line = (format: string, change: Partial<Exchange> = {}) =>
  compileAccessLog(format)({ ...exchange, ...change });

describe("an access log's line", () => {
  it.each([
    ["apiId", "a1b2c3"],
    ["authorizer.principalId", "ann"],
    ["authorizer.tenant-id", "t1"],
    ["connectedAt", "1790294625709"],
    ["connectionId", "gbgBui_JBQAYKEjyCA=="],
    ["domainName", "localhost:3333"],
    ["error.message", "Internal server error"],
    ["error.messageString", '"Internal server error"'],
    ["error.responseType", "INTEGRATION_FAILURE"],
    ["eventType", "MESSAGE"],
    ["extendedRequestId", "EOoPYFo9IAMEEHg="],
    ["identity.apiKey", "a-secret-value"],
    ["identity.apiKeyId", "partner"],
    ["identity.sourceIp", "127.0.0.1"],
    ["identity.userAgent", "probe/1"],
    ["integrationLatency", "7"],
    ["messageId", "gbgBum_JJQAYKEjyCA=="],
    ["requestId", "EOoPYFo9IAMEEHg="],
    ["requestTime", "25/Sep/2026:00:03:45 +0000"],
    ["requestTimeEpoch", "1790294625927"],
    ["routeKey", "echo"],
    ["stage", "dev"],
    ["status", "500"],
  ])("holds $context.%s", (name, value) => {
    expect(line(`<$context.${name}>`)).toBe(`<${value}>`);
  });

  it.each([
    "authorizer.integrationLatency",
    "authorizer.nobody",
    "authorizer.constructor",
    "error.validationErrorString",
    "identity.userArn",
    "integration.latency",
    "integration.status",
    "waf.status",
    "unheard.of",
  ])("has - for $context.%s, which is not set", (name) => {
    expect(line(`<$context.${name}>`)).toBe("<->");
  });

  it("has - for what an exchange lacks", () => {
    const { routeKey: _, messageId: __, failure: ___, ...forbidden } = exchange;
    const format = "$context.routeKey $context.messageId $context.error.message $context.error.messageString";
    expect(compileAccessLog(format)({ ...forbidden, status: 200 })).toBe("- - - -");
  });

  it("has the values that were given, though they are 0 or empty", () => {
    const connection = { ...exchange.connection, userAgent: "" };
    expect(line("<$context.identity.userAgent>", { connection })).toBe("<>");
    expect(line("$context.integrationLatency", { integrationLatencyMs: 0 })).toBe("0");
  });

  it("is one line, whatever was put into it", () => {
    const connection = { ...exchange.connection, authorizer: { principalId: "a\nb\r\u001b[31mc\u0085d" } };
    expect(line("$context.authorizer.principalId", { connection })).toBe("a b  [31mc d");
  });

  it("keeps the two ids of a call apart", () => {
    expect(line("$context.requestId $context.extendedRequestId", { extendedRequestId: "short=" })).toBe(
      "EOoPYFo9IAMEEHg= short=",
    );
  });
});

it("createAccessLog writes an event `access` with the API's name, and refuses formats that it cannot read", () => {
  const log = memoryLog();
  const options = { api: "chat", maximumFormatBytes: 100, log };
  createAccessLog({ ...options, format: "$context.status" }).handled(exchange);
  expect(log.entries).toEqual([{ level: "info", event: "access", fields: { message: "500", api: "chat" } }]);
  for (const format of ["$input.body", "x".repeat(101)])
    expect(() => createAccessLog({ ...options, format })).toThrow(
      expect.objectContaining({ code: "ACCESS_LOG_FORMAT_INVALID" }) as Error,
    );
});
