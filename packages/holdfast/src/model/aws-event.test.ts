import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { toAwsEvent } from "./aws-event.ts";
import type {
  ConnectEvent,
  ConnectionFacts,
  DisconnectEvent,
  HeaderPair,
  MessageEvent,
} from "./gateway-event.ts";

/**
 * Events captured from API Gateway (us-east-1, September 2026), keys in their order. Only the client's address and
 * name and the probe's markers have been replaced.
 */
function captured(name: string): string {
  const file = new URL(`../../test/fixtures/events/${name}.json`, import.meta.url);
  return JSON.stringify(JSON.parse(readFileSync(file, "utf8")));
}

const connection: ConnectionFacts = {
  connectionId: "gbgBui_JBQAYKEjyCA==",
  connectedAt: 1790294625709,
  apiName: "probe",
  apiId: "06dsnuqv44",
  stage: "probe",
  domainName: "06dsnuqv44.execute-api.us-east-1.amazonaws.com",
  sourceIp: "203.0.113.50",
  userAgent: "probe/1.0",
};

const connect: ConnectEvent = {
  kind: "connect",
  connection,
  routeKey: "$connect",
  requestId: "EOoPWEaUIAMEEIQ=",
  requestTimeMs: 1790294625710,
  headers: [
    ["Host", connection.domainName],
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["content-length", "0"],
    ["X-Probe", "probe-1"],
    ["X-Context", "header value"],
    ["User-Agent", "probe/1.0"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", "CyHbGTjbIdXBMY+xbOWYLA=="],
    ["Origin", "https://probe.invalid"],
  ],
  query: [
    ["repeat", "first"],
    ["marker", "probe-1"],
    ["repeat", "second"],
    ["context", "query value"],
  ],
  traceId: "Root=1-6ab5ba61-3088445a1421bd2c2df99531",
  secure: true,
  port: 443,
};

const message: MessageEvent = {
  kind: "message",
  connection,
  routeKey: "$default",
  requestId: "EOoPYFo9IAMEEHg=",
  requestTimeMs: 1790294625927,
  messageId: "gbgBum_JJQAYKEjyCA==",
  body: '{"marker":"probe-1","action":"changed"}',
  isBase64Encoded: false,
};

const disconnect: DisconnectEvent = {
  kind: "disconnect",
  connection,
  routeKey: "$disconnect",
  requestId: "EOoPaG3MoAMEPcA=",
  requestTimeMs: 1790294626151,
  statusCode: 1000,
  reason: "probe-complete",
};

const authorized: ConnectionFacts = {
  ...connection,
  connectionId: "gbgYL69uTQAYKEhfmA==",
  connectedAt: 1790299225314,
  apiId: "fl9rz8obl4",
  domainName: "fl9rz8obl4.execute-api.us-east-1.amazonaws.com",
  stageVariables: { probePhase: "credentials-trust-denied" },
  // As the authorizer gave them.
  authorizer: {
    principalId: "probe-principal",
    invocation: "62095f29-1039-47ac-8a87-6847605c41e0",
    marker: "probe-2",
    stageMarker: "credentials-trust-denied",
    stringValue: "probe-value",
    numberValue: "7",
    booleanValue: "true",
    falseValue: "false",
    emptyValue: "",
  },
};

describe("toAwsEvent", () => {
  it("makes the captured CONNECT event, byte for byte", () => {
    expect(JSON.stringify(toAwsEvent(connect))).toBe(captured("connect"));
  });

  it("makes the captured MESSAGE event, byte for byte", () => {
    expect(JSON.stringify(toAwsEvent(message))).toBe(captured("message"));
  });

  it("makes the captured DISCONNECT event, byte for byte", () => {
    expect(JSON.stringify(toAwsEvent(disconnect))).toBe(captured("disconnect"));
  });

  it("makes the captured CONNECT event with authorizer and stage variables, byte for byte", () => {
    const event: ConnectEvent = {
      ...connect,
      connection: authorized,
      requestId: "EOzeCGJoIAMEZHg=",
      requestTimeMs: 1790299225328,
      headers: [
        ["Host", authorized.domainName],
        ["Upgrade", "websocket"],
        ["Connection", "Upgrade"],
        ["Sec-WebSocket-Key", "EbHa+A8rWtxf9A5lh+fS+A=="],
        ["Sec-WebSocket-Version", "13"],
        ["Origin", "https://probe.invalid"],
        ["User-Agent", "probe/1.0"],
        ["X-Probe", "probe-2"],
        ["X-Mode", "allow"],
        ["X-Mixed-Header", "ProbeValue"],
        ["Authorization", "probe-2"],
      ],
      query: [
        ["marker", "probe-2"],
        ["tenant", "probe-tenant"],
        ["repeat", "one"],
        ["repeat", "two"],
        ["encoded", "a+b space"],
      ],
      traceId: "Root=1-6ab5cc59-23f831991e85c5fe073c8dab",
      authorizerLatencyMs: 29,
    };
    expect(JSON.stringify(toAwsEvent(event))).toBe(captured("connect-authorized"));
  });

  it("makes the captured DISCONNECT event with authorizer and stage variables, byte for byte", () => {
    const event: DisconnectEvent = {
      ...disconnect,
      connection: {
        ...authorized,
        connectionId: "gbgYJ85FgQAYKEiy5A==",
        connectedAt: 1790299219068,
        authorizer: {
          ...authorized.authorizer,
          invocation: "18c1d99c-0226-4ec5-b809-ed59be66d704",
          marker: "probe-3",
        },
      },
      requestId: "EOzdKEP2IAMEoXQ=",
      requestTimeMs: 1790299219722,
    };
    expect(JSON.stringify(toAwsEvent(event))).toBe(captured("disconnect-authorized"));
  });

  it("puts stage variables and authorizer of a MESSAGE where those of a CONNECT are, without the latency", () => {
    const event = toAwsEvent({ ...message, connection: authorized });
    expect(Object.keys(event)).toEqual(["stageVariables", "requestContext", "body", "isBase64Encoded"]);
    expect(Object.keys(event.requestContext).slice(0, 4)).toEqual([
      "routeKey",
      "authorizer",
      "messageId",
      "eventType",
    ]);
    expect(event.requestContext.authorizer).toEqual(authorized.authorizer);
  });

  it("leaves out query maps, stage variables and the user agent when there are none", () => {
    const { userAgent: _, ...anonymous } = connection;
    const event = toAwsEvent({ ...connect, connection: { ...anonymous, stageVariables: {} }, query: [] });
    expect(Object.keys(event)).toEqual(["headers", "multiValueHeaders", "requestContext", "isBase64Encoded"]);
    expect(event.requestContext.identity).toEqual({ sourceIp: "203.0.113.50" });
  });

  it("leaves out what is Holdfast's own", () => {
    const extended = { ...connection, pathParameters: { room: "a" }, attributes: { name: "b" } };
    expect(JSON.stringify(toAwsEvent({ ...message, connection: extended }))).toBe(captured("message"));
  });

  it("keeps the client's spelling, and the last value of a repeated header", () => {
    const headers: readonly HeaderPair[] = [
      ["zulu", "1"],
      ["aUtHoRiZaTiOn", "first"],
      ["Authorization", "second"],
      ["Cookie", "a=1"],
      ["Cookie", "b=2"],
    ];
    const event = toAwsEvent({ ...connect, headers });
    expect(Object.keys(event.headers)).toEqual([
      "aUtHoRiZaTiOn",
      "Cookie",
      "X-Amzn-Trace-Id",
      "X-Forwarded-For",
      "X-Forwarded-Port",
      "X-Forwarded-Proto",
      "zulu",
    ]);
    expect(event.headers.aUtHoRiZaTiOn).toBe("second");
    expect(event.multiValueHeaders).toMatchObject({
      aUtHoRiZaTiOn: ["first", "second"],
      Cookie: ["a=1", "b=2"],
    });
  });

  it("says over which scheme and port the client came, whatever the client claims", () => {
    const headers: readonly HeaderPair[] = [
      ["x-forwarded-proto", "https"],
      ["X-FORWARDED-PORT", "443"],
      ["x-amzn-trace-id", "Root=1-claimed"],
      ["X-Forwarded-For", "198.51.100.1"],
    ];
    const event = toAwsEvent({ ...connect, headers, secure: false, port: 3333 });
    expect(event.headers).toEqual({
      "X-Amzn-Trace-Id": connect.traceId,
      "X-Forwarded-For": "198.51.100.1, 203.0.113.50",
      "X-Forwarded-Port": "3333",
      "X-Forwarded-Proto": "http",
    });
  });

  it("gives the binary message as it is", () => {
    const event = toAwsEvent({ ...message, body: "AAE=", isBase64Encoded: true });
    expect(event).toMatchObject({ body: "AAE=", isBase64Encoded: true });
  });

  it.each([
    [0, "01/Jan/1970:00:00:00 +0000"],
    [951_782_399_999, "28/Feb/2000:23:59:59 +0000"],
    [1_798_761_599_000, "31/Dec/2026:23:59:59 +0000"],
  ])("writes the time %d as %s", (requestTimeMs, requestTime) => {
    expect(toAwsEvent({ ...message, requestTimeMs }).requestContext.requestTime).toBe(requestTime);
  });

  it("holds every header and parameter that came, sorted, whatever it is called", () => {
    const name = fc.oneof(fc.stringMatching(/^[!#$%&'*+.^_`|~A-Za-z-]{1,8}$/), fc.constant("__proto__"));
    const pairs = fc.array(fc.tuple(name, fc.string()), { maxLength: 12 });
    fc.assert(
      fc.property(pairs, pairs, (headers, query) => {
        const event = toAwsEvent({ ...connect, headers, query });
        const sent = new Set(headers.map(([one]) => one.toLowerCase()));
        const names = Object.keys(event.headers).map((one) => one.toLowerCase());
        expect(names).toEqual(names.toSorted());
        expect(new Set(names)).toEqual(
          new Set([...sent, "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"]),
        );
        const values = Object.values(event.multiValueQueryStringParameters ?? {}).flat();
        expect(values.toSorted()).toEqual(query.map(([, value]) => value).toSorted());
        expect(Object.values(event.queryStringParameters ?? {})).toEqual(
          Object.values(event.multiValueQueryStringParameters ?? {}).map((all) => all.at(-1)),
        );
      }),
    );
  });
});
