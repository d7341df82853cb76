import { expect, it } from "vitest";
import type { AuthorizeEvent } from "../../model/gateway-event.ts";
import { parseIdentitySource } from "../../model/identity-source.ts";
import { hasIdentity } from "./identity.ts";

const event: AuthorizeEvent = {
  kind: "authorize",
  methodArn: "arn",
  connection: {
    connectionId: "id",
    connectedAt: 1,
    apiName: "chat",
    apiId: "a1",
    stage: "dev",
    domainName: "localhost",
    sourceIp: "127.0.0.1",
    stageVariables: { colour: "blue", empty: "" },
  },
  routeKey: "$connect",
  requestId: "r",
  requestTimeMs: 2,
  headers: [
    ["aUtHoRiZaTiOn", "token"],
    ["X-Empty", ""],
  ],
  query: [
    ["token", ""],
    ["token", "t"],
    ["Case", "1"],
    ["empty", ""],
  ],
  traceId: "Root=1-0-0",
  secure: false,
  port: 80,
};

it.each([
  ["route.request.header.Authorization", true],
  ["route.request.header.X-Empty", false],
  ["route.request.header.X-Missing", false],
  ["route.request.querystring.token", true],
  ["route.request.querystring.empty", false],
  ["route.request.querystring.case", false],
  ["stageVariables.colour", true],
  ["stageVariables.empty", false],
  ["stageVariables.toString", false],
  ["context.connectionId", true],
  ["context.connectedAt", true],
  ["context.requestTimeEpoch", true],
  ["context.identity.sourceIp", true],
  ["context.identity.userAgent", false],
  ["context.identity", false],
  ["context.eventType", false],
])("%s: %s", (source, has) => {
  expect(hasIdentity(parseIdentitySource(source), event)).toBe(has);
});
