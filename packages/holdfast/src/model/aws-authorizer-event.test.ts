import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { toAwsAuthorizerEvent } from "./aws-authorizer-event.ts";
import type { AuthorizeEvent } from "./gateway-event.ts";

/** Captured from API Gateway; only the client's address and name and the probe's markers have been replaced. */
const captured = readFileSync(new URL("../../test/fixtures/events/authorizer.json", import.meta.url), "utf8");

const event: AuthorizeEvent = {
  kind: "authorize",
  methodArn: "arn:aws:execute-api:us-east-1:000000000000:3z5tjpqei6/probe/$connect",
  connection: {
    connectionId: "gbgaEs7nvQAYKEj6PA==",
    connectedAt: 1790299611860,
    apiName: "probe",
    apiId: "3z5tjpqei6",
    stage: "probe",
    domainName: "3z5tjpqei6.execute-api.us-east-1.amazonaws.com",
    sourceIp: "203.0.113.50",
    userAgent: "probe/1.0",
    stageVariables: { probePhase: "credentials-trust-restored" },
  },
  routeKey: "$connect",
  requestId: "EO0abHtoIAMEIaA=",
  requestTimeMs: 1790299611861,
  headers: [
    ["Host", "3z5tjpqei6.execute-api.us-east-1.amazonaws.com"],
    ["upgrade", "WebSocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Key", "j7N1Uithw4bOdwlzwRH+Tg=="],
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
    ["encoded", "a+b space"],
    ["repeat", "one"],
    ["repeat", "two"],
    ["tenant", "probe-tenant"],
  ],
  traceId: "Root=1-6ab5cddb-725144a60f2e793606c4d11d",
  secure: true,
  port: 443,
};

it("makes the captured event of an authorizer, byte for byte", () => {
  expect(JSON.stringify(toAwsAuthorizerEvent(event))).toBe(JSON.stringify(JSON.parse(captured)));
});

it("has every map, also when it is empty", () => {
  const { stageVariables: _, ...connection } = event.connection;
  expect(toAwsAuthorizerEvent({ ...event, connection, query: [] })).toMatchObject({
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: {},
  });
});
