import { expect, test } from "vitest";
import type { ConnectionFacts } from "../../model/gateway-event.ts";
import type { RouteEvent } from "./integration.ts";
import { toIntegrationRequest } from "./integration-request.ts";
import { compileParameters } from "./parameter-mapping.ts";

const connection: ConnectionFacts = {
  connectionId: "abc=",
  connectedAt: 1,
  apiName: "chat",
  apiId: "a1",
  stage: "dev",
  domainName: "localhost:3000",
  sourceIp: "127.0.0.1",
  stageVariables: { colour: "blue" },
  authorizer: { principalId: "ann" },
};
const common = { connection, requestId: "r", requestTimeMs: 1 };
const message: RouteEvent = {
  ...common,
  kind: "message",
  routeKey: "send",
  messageId: "m",
  body: '{"a":{"b":[1,{"c":null}]},"text":"hi"}',
  isBase64Encoded: false,
};
const connect: RouteEvent = {
  ...common,
  kind: "connect",
  routeKey: "$connect",
  headers: [
    ["X-A", "1"],
    ["x-a", "2"],
  ],
  query: [
    ["q", "1"],
    ["q", "2"],
    ["Q", "3"],
  ],
  traceId: "t",
  secure: false,
  port: 80,
};

function valuesOf(source: string, event: RouteEvent): readonly string[] {
  const map = compileParameters({ "integration.request.header.X": source });
  return map(toIntegrationRequest(event)).headers.map(([, value]) => value);
}

test.each<[string, RouteEvent, string[]]>([
  ["'static text'", message, ["static text"]],
  ["''", message, [""]],
  ["route.request.body", message, [message.body]],
  ["route.request.body.text", message, ["hi"]],
  ["route.request.body.a.b[0]", message, ["1"]],
  ["route.request.body.a", message, ['{"b":[1,{"c":null}]}']],
  ["route.request.body.a.b[1].c", message, []],
  ["route.request.body.nothing", message, []],
  ["route.request.body", connect, []],
  ["route.request.header.X-A", message, []],
  ["route.request.header.X-A", connect, ["2"]],
  ["route.request.multivalueheader.x-a", connect, ["1", "2"]],
  ["route.request.querystring.q", connect, ["2"]],
  ["route.request.multivaluequerystring.q", connect, ["1", "2"]],
  ["route.request.querystring.nothing", connect, []],
  ["stageVariables.colour", message, ["blue"]],
  ["stageVariables.constructor", message, []],
  ["context.connectionId", message, ["abc="]],
  ["context.authorizer.principalId", connect, ["ann"]],
  ["context.identity.sourceIp", connect, ["127.0.0.1"]],
  ["context.nothing", connect, []],
])("%s", (source, event, values) => {
  expect(valuesOf(source, event)).toEqual(values);
});

test("parameters go where they say", () => {
  const map = compileParameters({
    "integration.request.querystring.a": "'1'",
    "integration.request.path.b": "'2'",
    "integration.request.header.X-C": "'3'",
  });
  expect(map(toIntegrationRequest(message))).toEqual({
    headers: [["X-C", "3"]],
    query: [["a", "1"]],
    path: { b: "2" },
  });
});

test.each([
  ["integration.request.cookie.a", "'x'"],
  ["integration.request.header.", "'x'"],
  ["integration.request.header.a b", "'x'"],
  ["integration.request.header.a", "static"],
  ["integration.request.header.a", "method.request.header.a"],
  ["integration.request.header.a", "context"],
  ["integration.request.header.a", "context."],
  ["integration.request.header.a", "route.request.body.a["],
])("%s from %s cannot be read", (target, source) => {
  expect(() => compileParameters({ [target]: source })).toThrow(
    expect.objectContaining({ code: "EXPRESSION_INVALID" }) as Error,
  );
});
