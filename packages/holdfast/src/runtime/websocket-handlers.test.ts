import { expect, test } from "vitest";
import type { ConnectEvent, ConnectionFacts, DisconnectEvent, MessageEvent } from "../model/gateway-event.ts";
import type { Invocation } from "./registered-app.ts";
import { createWebSocketClient } from "./websocket-client.ts";
import { connectFunction, disconnectFunction, messageFunction } from "./websocket-handlers.ts";

const connection: ConnectionFacts = {
  connectionId: "c1",
  connectedAt: 1000,
  apiName: "chat",
  apiId: "api1234567",
  stage: "dev",
  domainName: "localhost:3333",
  sourceIp: "127.0.0.1",
  pathParameters: { username: "Ann" },
  attributes: { age: 20 },
};
const base = { connection, requestId: "r1", requestTimeMs: 2000 };
const connect: ConnectEvent = {
  ...base,
  kind: "connect",
  routeKey: "$connect",
  headers: [
    ["Host", "localhost"],
    ["Sec-WebSocket-Protocol", "a, b"],
  ],
  query: [
    ["age", "20"],
    ["age", "21"],
  ],
  traceId: "Root=1-00000002-000000000000000000000000",
  secure: false,
  port: 3333,
};
const message = (body: string): MessageEvent => ({
  ...base,
  kind: "message",
  routeKey: "join",
  messageId: "m1",
  body,
  isBase64Encoded: false,
});
const disconnect: DisconnectEvent = {
  ...base,
  kind: "disconnect",
  routeKey: "$disconnect",
  statusCode: 1001,
  reason: "Going away",
};
const invocation: Invocation = {
  functionName: "f",
  signal: new AbortController().signal,
  remainingMs: () => 1,
};

const calls: unknown[][] = [];
const client = createWebSocketClient("chat", {
  call: (...call) => {
    calls.push(call);
    return Promise.resolve();
  },
});

test("a connect handler sees headers, query, protocols and path parameters", async () => {
  const run = connectFunction(({ headers, query, protocols, params, connectionId, event }) => ({
    body: JSON.stringify([
      headers.get("host"),
      query.getAll("age"),
      protocols,
      params,
      connectionId,
      "requestContext" in event,
    ]),
  }));
  expect(await run(connect, invocation)).toEqual({
    statusCode: 200,
    body: JSON.stringify(["localhost", ["20", "21"], ["a", "b"], { username: "Ann" }, "c1", true]),
  });
});

test("a connect handler accepts by returning nothing, and otherwise says what becomes of the handshake", async () => {
  expect(await connectFunction(() => {})(connect, invocation)).toEqual({ statusCode: 200 });
  expect(await connectFunction(() => ({ status: 403, body: "no" }))(connect, invocation)).toEqual({
    statusCode: 403,
    body: "no",
  });
  expect(
    await connectFunction(() => ({ protocol: "b", attributes: { age: 1 } }))(connect, invocation),
  ).toEqual({
    statusCode: 200,
    headers: { "Sec-WebSocket-Protocol": "b" },
    attributes: { age: 1 },
  });
});

test("a connect handler that returns nonsense is at fault, and hears what it may return", async () => {
  for (const nonsense of [
    42,
    "ok",
    true,
    [],
    { statusCode: 200 },
    { status: 42 },
    { status: "200" },
    { body: 1 },
    { protocol: 1 },
    { attributes: 1 },
    { attributes: [1] },
    { attributes: { large: "x".repeat(33_000) } },
  ]) {
    const run = connectFunction((() => nonsense) as never);
    await expect(run(connect, invocation)).rejects.toMatchObject({
      code: "HANDLER_RESULT_INVALID",
      hint: expect.stringContaining("{ status, body, protocol, attributes, close, headers }"),
    });
  }
});

test("a message handler sees text, body, attributes and route, and its value is the response", async () => {
  const run = messageFunction(
    ({ text, body, attributes, routeKey }) => ({ text, body, attributes, routeKey }),
    client,
  );
  const text = '{"a":1}';
  expect(await run(message(text), invocation)).toEqual({
    statusCode: 200,
    body: JSON.stringify({ text, body: { a: 1 }, attributes: { age: 20 }, routeKey: "join" }),
  });
  expect(
    await messageFunction(({ body }) => body === undefined, client)(message("not json"), invocation),
  ).toEqual({ statusCode: 200, body: "true" });
  expect(await messageFunction(() => "text", client)(message(""), invocation)).toEqual({
    statusCode: 200,
    body: "text",
  });
  expect(await messageFunction(() => undefined, client)(message(""), invocation)).toEqual({
    statusCode: 200,
  });
});

test("reply sends to where the message came from, text as it is and anything else as JSON", async () => {
  await messageFunction(async ({ reply }) => {
    await reply("text");
    await reply({ a: 1 });
  }, client)(message(""), invocation);
  expect(calls.splice(0)).toEqual([
    ["websocket:chat", "send", { connectionId: "c1", data: "text" }],
    ["websocket:chat", "send", { connectionId: "c1", data: '{"a":1}' }],
  ]);
});

test("what JSON cannot hold is refused as an answer", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const nonsense of [
    () => 1,
    Symbol("s"),
    { big: 1n },
    circle,
    new Map(),
    new Set([1]),
    new Uint8Array(2),
    new Response("x"),
  ]) {
    await expect(messageFunction(() => nonsense, client)(message(""), invocation)).rejects.toMatchObject({
      code: "HANDLER_RESULT_INVALID",
    });
  }
});

test("a disconnect handler sees code, reason and attributes", async () => {
  let seen: unknown;
  await disconnectFunction(({ code, reason, attributes }) => (seen = { code, reason, attributes }))(
    disconnect,
    invocation,
  );
  expect(seen).toEqual({ code: 1001, reason: "Going away", attributes: { age: 20 } });
});
